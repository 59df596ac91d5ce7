package dev.muster.collector.graph.projection;

import java.time.Duration;

/**
 * A kind of edge, as it is declared: the labels of its ends are part of what it is.
 *
 * @param lingers how long one that ended stays, with {@code until}; zero where it goes at once
 * @param declaredBy the discovery type, or empty for what the collector itself keeps
 */
public record EdgeKind(NodeKind from, String type, NodeKind to, String meaning, Duration lingers, String declaredBy)
        implements Comparable<EdgeKind> {
    public boolean doesLinger() {
        return lingers.isPositive();
    }

    /** Whether it follows from the key of its start, and so stands as long as that node. */
    public boolean isInherent() {
        return from.owner() == NodeKind.Owner.ALL;
    }

    /** For people, and to sort by: {@code Host INSTALLED PackageVersion}. */
    public String name() {
        return from.label() + " " + type + " " + to.label();
    }

    @Override
    public int compareTo(EdgeKind other) {
        return name().compareTo(other.name());
    }
}
