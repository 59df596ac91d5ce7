package dev.muster.agent.discovery;

import dev.muster.protocol.message.FactsReport;

/**
 * One thing that is discovered, and of which there is at most one set of facts.
 *
 * @param type name of a discovery type
 * @param instance "" where the type has one instance only
 */
// Its equals, hashCode and compareTo are written out, since all agents need them and no AOT cache holds those of a
// record or of Comparator.
public record InstanceKey(String type, String instance) implements Comparable<InstanceKey> {
    /** Throws MalformedMessage where the names could not be sent. */
    public InstanceKey {
        FactsReport.typeName(type);
        if (instance.length() > FactsReport.MAX_INSTANCE_CHARS
                || instance.chars().anyMatch(Character::isISOControl)) {
            throw new DiscoveryException(
                    "an instance of " + type + " has a name that is too long or holds control characters");
        }
    }

    public static InstanceKey of(String type) {
        return new InstanceKey(type, "");
    }

    @Override
    public int compareTo(InstanceKey other) {
        int byType = type.compareTo(other.type);
        return byType != 0 ? byType : instance.compareTo(other.instance);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof InstanceKey key && type.equals(key.type) && instance.equals(key.instance);
    }

    @Override
    public int hashCode() {
        return 31 * type.hashCode() + instance.hashCode();
    }

    /** {@code type} or {@code type/instance}; also its key in the spool. */
    @Override
    public String toString() {
        return instance.isEmpty() ? type : type + "/" + instance;
    }
}
