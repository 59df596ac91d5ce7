package dev.muster.collector.model;

import java.time.Instant;

/**
 * A host as the graph holds it.
 *
 * @param name unique among hosts; where two report the same name, the later one has {@code -2} and so on after it
 * @param since when its status became what it is
 * @param seen when its agent last connected, reported or said goodbye
 * @param findings how many of its findings are open
 */
public record Host(
        HostId id,
        String name,
        HostStatus status,
        Instant since,
        Instant seen,
        HostAttributes attributes,
        FindingCounts findings,
        Verification verification) {}
