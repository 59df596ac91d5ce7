package dev.muster.collector.graph.projection;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * A kind of node, as it is declared.
 *
 * @param key names of the properties that tell one node from another; of a host's own node, among those of the host
 * @param declaredBy the discovery type, or empty for what the collector itself keeps
 */
public record NodeKind(
        String label, String meaning, Owner owner, List<String> key, List<Property> properties, String declaredBy) {
    /** The property that holds a host's own node's key: the host's id, then the values that name it. */
    public static final String HOSTS_KEY = "key";

    public NodeKind {
        key = List.copyOf(key);
        properties = List.copyOf(properties);
    }

    /** Whose a node is. */
    public enum Owner {
        /** The collector keeps it by statements of its own. */
        COLLECTOR,
        /** One host's facts make it, and it goes with them. */
        HOST,
        /** Any host's facts make it; it goes with the last edge that any of them made to it. Its properties follow from its key. */
        ALL
    }

    /** How a property is looked up. */
    public enum Lookup {
        NONE,
        INDEXED,
        UNIQUE
    }

    /**
     * A property.
     *
     * @param type text, int, bool, time, list of text or list of int
     * @param otherwise what it is where the facts do not say
     */
    public record Property(String name, String type, String meaning, Lookup lookup, Optional<JsonNode> otherwise) {}

    /** The property that names one node in the whole graph. */
    public String identity() {
        return switch (owner) {
            case COLLECTOR -> label.equals("Host") ? "id" : key.getFirst();
            case HOST -> HOSTS_KEY;
            case ALL -> key.getFirst();
        };
    }
}
