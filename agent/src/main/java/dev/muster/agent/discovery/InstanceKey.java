package dev.muster.agent.discovery;

import dev.muster.protocol.message.FactsReport;
import java.util.Comparator;

/**
 * One thing that is discovered, and of which there is at most one set of facts.
 *
 * @param type name of a discovery type
 * @param instance "" where the type has one instance only
 */
public record InstanceKey(String type, String instance) implements Comparable<InstanceKey> {
    private static final Comparator<InstanceKey> ORDER =
            Comparator.comparing(InstanceKey::type).thenComparing(InstanceKey::instance);

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
        return ORDER.compare(this, other);
    }

    /** {@code type} or {@code type/instance}; also its key in the spool. */
    @Override
    public String toString() {
        return instance.isEmpty() ? type : type + "/" + instance;
    }
}
