package dev.muster.collector.graph.projection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.muster.collector.graph.projection.NodeKind.Lookup;
import dev.muster.collector.graph.projection.NodeKind.Owner;
import dev.muster.collector.graph.projection.NodeKind.Property;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Every kind of node and edge that there can be, in the order of their declaration: the collector's own, then those of each type. */
public final class GraphSchema {
    /** Beside the classes that generate constraints from it. */
    private static final String CORE = "/dev/muster/collector/graph/core.yaml";

    private final Map<String, NodeKind> nodes = new LinkedHashMap<>();
    private final Map<String, EdgeKind> edges = new LinkedHashMap<>();

    private GraphSchema() {}

    /**
     * The collector's own kinds and those of discovery types.
     *
     * @param types the member {@code graph} of catalogue.json
     * @throws ProjectionException where a kind is declared twice, or an edge's end nowhere
     */
    static GraphSchema of(JsonNode types) {
        var schema = new GraphSchema();
        JsonNode core = core();
        core.path("nodes").forEach(node -> schema.add(coreNode(node)));
        types.properties()
                .forEach(type ->
                        type.getValue().path("nodes").forEach(node -> schema.add(typesNode(node, type.getKey()))));
        core.path("edges").forEach(edge -> schema.addEdge(edge, ""));
        types.properties()
                .forEach(type -> type.getValue().path("edges").forEach(edge -> schema.addEdge(edge, type.getKey())));
        return schema;
    }

    private static JsonNode core() {
        try (InputStream in = GraphSchema.class.getResourceAsStream(CORE)) {
            return YAMLMapper.builder().build().readTree(Objects.requireNonNull(in, CORE));
        } catch (IOException e) {
            throw new UncheckedIOException(CORE, e);
        }
    }

    private void add(NodeKind kind) {
        if (nodes.putIfAbsent(kind.label(), kind) != null) {
            throw new ProjectionException("the label " + kind.label() + " is declared twice");
        }
    }

    private void addEdge(JsonNode edge, String declaredBy) {
        var kind = new EdgeKind(
                node(edge.path("from").asText()),
                edge.path("type").asText(),
                node(edge.path("to").asText()),
                edge.path("meaning").asText(),
                Duration.ofHours(edge.path("lingers_hours").asInt()),
                declaredBy);
        if (edges.putIfAbsent(kind.name(), kind) != null) {
            throw new ProjectionException("the edge " + kind.name() + " is declared twice");
        }
        if (!declaredBy.isEmpty()) {
            checkOwners(kind);
        }
    }

    /** An edge of a host must start at what only that host has, so that it is known whose it is. */
    private static void checkOwners(EdgeKind kind) {
        boolean startsAtHost = kind.from().label().equals("Host");
        boolean inherent = kind.isInherent() && kind.to().owner() == Owner.ALL && !kind.doesLinger();
        boolean hosts = startsAtHost || kind.from().owner() == Owner.HOST;
        if (kind.to().owner() == Owner.COLLECTOR || !(inherent || hosts)) {
            throw new ProjectionException("the edge " + kind.name()
                    + " must lead from a host or its own node to what facts make, or between nodes of all");
        }
    }

    NodeKind node(String label) {
        return Optional.ofNullable(nodes.get(label))
                .orElseThrow(() -> new ProjectionException("no type declares the label " + label));
    }

    EdgeKind edge(NodeKind from, String type, NodeKind to) {
        String name = from.label() + " " + type + " " + to.label();
        return Optional.ofNullable(edges.get(name))
                .orElseThrow(() -> new ProjectionException("no type declares the edge " + name));
    }

    public Collection<NodeKind> nodes() {
        return nodes.values();
    }

    public Collection<EdgeKind> edges() {
        return edges.values();
    }

    private static NodeKind coreNode(JsonNode node) {
        List<Property> properties = properties(node);
        String key = properties.stream()
                .filter(property -> property.lookup() == Lookup.UNIQUE)
                .map(Property::name)
                .findFirst()
                .orElse("");
        return new NodeKind(
                node.path("label").asText(),
                node.path("meaning").asText(),
                Owner.COLLECTOR,
                key.isEmpty() ? List.of() : List.of(key),
                properties,
                "");
    }

    private static NodeKind typesNode(JsonNode node, String declaredBy) {
        Owner owner = node.path("of").asText().equals("all") ? Owner.ALL : Owner.HOST;
        List<String> key = node.path("key").valueStream().map(JsonNode::asText).toList();
        List<Property> properties = new ArrayList<>();
        if (owner == Owner.HOST) {
            String meaning = "the host's id, then " + String.join(", ", key);
            properties.add(new Property(NodeKind.HOSTS_KEY, "text", meaning, Lookup.UNIQUE, Optional.empty()));
        }
        for (Property property : properties(node)) {
            boolean unique = owner == Owner.ALL && key.getFirst().equals(property.name());
            properties.add(unique ? withLookup(property, Lookup.UNIQUE) : property);
        }
        properties.add(new Property("since", "time", "when it came here", Lookup.NONE, Optional.empty()));
        return new NodeKind(
                node.path("label").asText(), node.path("meaning").asText(), owner, key, properties, declaredBy);
    }

    private static List<Property> properties(JsonNode node) {
        return node.path("properties").valueStream().map(GraphSchema::property).toList();
    }

    private static Property property(JsonNode property) {
        Lookup lookup = property.path("find").asBoolean() ? Lookup.INDEXED : Lookup.NONE;
        return new Property(
                property.path("name").asText(),
                property.path("type").asText(),
                property.path("meaning").asText(),
                property.path("unique").asBoolean() ? Lookup.UNIQUE : lookup,
                Optional.ofNullable(property.get("otherwise")));
    }

    private static Property withLookup(Property property, Lookup lookup) {
        return new Property(property.name(), property.type(), property.meaning(), lookup, property.otherwise());
    }
}
