package dev.muster.collector.model;

/**
 * One configured use of a discovery type on a host.
 *
 * @param type the discovery type, for example {@code fileattrs}
 * @param instance empty for the unnamed instance, which is what rules read unless they name another
 */
public record InstanceKey(String type, String instance) implements Comparable<InstanceKey> {
    public static InstanceKey unnamed(String type) {
        return new InstanceKey(type, "");
    }

    @Override
    public int compareTo(InstanceKey other) {
        int byType = type.compareTo(other.type);
        return byType != 0 ? byType : instance.compareTo(other.instance);
    }

    @Override
    public String toString() {
        return instance.isEmpty() ? type : type + ":" + instance;
    }
}
