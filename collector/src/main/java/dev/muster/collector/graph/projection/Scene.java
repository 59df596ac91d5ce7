package dev.muster.collector.graph.projection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** What an expression sees: the host, the data of its types, and the names that the loops around it have given. */
final class Scene {
    private final String host;
    private final Function<String, JsonNode> types;
    private final Map<String, JsonNode> names = new HashMap<>();

    /** @param types the data of a type's unnamed instance; missing where it did not report */
    Scene(String host, Function<String, JsonNode> types, JsonNode facts) {
        this.host = host;
        this.types = types;
        names.put("facts", facts);
    }

    String host() {
        return host;
    }

    JsonNode type(String name) {
        return types.apply(name);
    }

    JsonNode named(String name) {
        return names.getOrDefault(name, MissingNode.getInstance());
    }

    void give(String name, JsonNode value) {
        names.put(name, value);
    }
}
