package dev.muster.protocol.message;

import java.util.Comparator;
import java.util.Optional;

/**
 * Which facts: one instance of one discovery type.
 *
 * <pre>
 * {"instance":"…","type":"…"}
 * </pre>
 *
 * @param type as in {@link FactsReport}
 * @param instance "" where the type has one
 */
public record InstanceName(String type, String instance) implements Comparable<InstanceName> {
    private static final Comparator<InstanceName> ORDER =
            Comparator.comparing(InstanceName::type).thenComparing(InstanceName::instance);

    public InstanceName {
        FactsReport.typeName(type);
        Bounds.text("instance", instance, FactsReport.MAX_INSTANCE_CHARS);
    }

    /** By UTF-16 code units, type first: the order in which {@link Digest} hashes. */
    @Override
    public int compareTo(InstanceName other) {
        return ORDER.compare(this, other);
    }

    /** Collects the two members, in any order. */
    static final class Fields {
        private Optional<String> type = Optional.empty();
        private String instance = "";

        boolean read(String name, JsonInput in) {
            switch (name) {
                case "type" -> type = Optional.of(in.readString(name));
                case "instance" -> instance = in.readString(name);
                default -> {
                    return false;
                }
            }
            return true;
        }

        InstanceName name() {
            return new InstanceName(type.orElseThrow(() -> new MalformedMessage("type is missing")), instance);
        }
    }
}
