package dev.muster.collector.graph.projection;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.graph.projection.NodeKind.Owner;
import dev.muster.collector.graph.projection.NodeKind.Property;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One entry under {@code make}: for each of something, these nodes and edges. What lacks a part of its key is not made. */
final class Recipe {
    /**
     * How often one entry makes something of the facts of one instance; more of a host's data is shown as facts only. 10,000 new packages do
     * not fit into the 96 MiB that a transaction may hold.
     */
    static final int MAX_ROUNDS = 4_000;

    private static final String HOST = "host";

    private final List<Loop> loops;
    private final List<Expression> where;
    private final Map<String, NodeRecipe> nodes;
    private final List<EdgeRecipe> edges;

    private Recipe(List<Loop> loops, List<Expression> where, Map<String, NodeRecipe> nodes, List<EdgeRecipe> edges) {
        this.loops = loops;
        this.where = where;
        this.nodes = nodes;
        this.edges = edges;
    }

    /** How one node is made, or found where another type makes it. */
    private record NodeRecipe(NodeKind kind, boolean made, Map<Property, Expression> properties) {}

    private record EdgeRecipe(String from, EdgeKind kind, String to) {}

    static Recipe parse(JsonNode entry, GraphSchema schema, Set<String> reads) {
        Set<String> names = new HashSet<>(Set.of("facts"));
        List<Loop> loops = new ArrayList<>();
        for (JsonNode line : entry.path("for")) {
            Loop loop = Loop.parse(line.asText(), names, reads);
            loop.name().ifPresent(names::add);
            names.add(loop.value());
            loops.add(loop);
        }
        List<Expression> where = new ArrayList<>();
        entry.path("where").forEach(text -> where.add(Expression.parse(text.asText(), names, reads)));
        Map<String, NodeRecipe> nodes = new LinkedHashMap<>();
        for (var node : entry.path("nodes").properties()) {
            nodes.put(node.getKey(), node(node.getValue(), schema, names, reads));
        }
        List<EdgeRecipe> edges = new ArrayList<>();
        entry.path("edges").forEach(edge -> edges.add(edge(edge.asText(), schema, nodes)));
        return new Recipe(loops, where, nodes, edges);
    }

    private static NodeRecipe node(JsonNode node, GraphSchema schema, Set<String> names, Set<String> reads) {
        boolean made = node.has("is");
        NodeKind kind = schema.node(node.path(made ? "is" : "at").asText());
        Map<Property, Expression> properties = new LinkedHashMap<>();
        for (var member : node.properties()) {
            if (member.getKey().equals("is") || member.getKey().equals("at")) {
                continue;
            }
            Property property = kind.properties().stream()
                    .filter(declared -> declared.name().equals(member.getKey()))
                    .findFirst()
                    .orElseThrow(
                            () -> new ProjectionException(kind.label() + " declares no property " + member.getKey()));
            properties.put(property, Expression.parse(member.getValue().asText(), names, reads));
        }
        List<String> given = properties.keySet().stream().map(Property::name).toList();
        if (kind.owner() == Owner.COLLECTOR || !given.containsAll(kind.key())) {
            throw new ProjectionException("a recipe for " + kind.label() + " must give " + kind.key());
        }
        return new NodeRecipe(kind, made, properties);
    }

    private static EdgeRecipe edge(String text, GraphSchema schema, Map<String, NodeRecipe> nodes) {
        String[] parts = text.split(" ", -1);
        NodeKind from = end(parts[0], schema, nodes);
        NodeKind to = end(parts[2], schema, nodes);
        return new EdgeRecipe(parts[0], schema.edge(from, parts[1], to), parts[2]);
    }

    private static NodeKind end(String alias, GraphSchema schema, Map<String, NodeRecipe> nodes) {
        if (alias.equals(HOST)) {
            return schema.node("Host");
        }
        return Optional.ofNullable(nodes.get(alias))
                .orElseThrow(() -> new ProjectionException("an edge leads to or from " + alias + ", which is no node"))
                .kind();
    }

    /** The kinds of nodes that it makes. */
    Set<String> labels() {
        Set<String> labels = new HashSet<>();
        nodes.values().stream()
                .filter(NodeRecipe::made)
                .forEach(node -> labels.add(node.kind().label()));
        return labels;
    }

    void make(Scene scene, Projection into) {
        var rounds = new Rounds(scene, into);
        rounds.from(0);
    }

    /** Counts them over all loops. */
    private final class Rounds {
        private final Scene scene;
        private final Projection into;
        private int count;

        private Rounds(Scene scene, Projection into) {
            this.scene = scene;
            this.into = into;
        }

        private void from(int loop) {
            if (count >= MAX_ROUNDS) {
                return;
            }
            if (loop < loops.size()) {
                loops.get(loop).each(scene, () -> from(loop + 1));
                return;
            }
            count++;
            if (where.stream().allMatch(condition -> holds(condition.in(scene)))) {
                makeOnce(scene, into);
            }
        }
    }

    private static boolean holds(JsonNode value) {
        return !value.isMissingNode() && !(value.isBoolean() && !value.booleanValue());
    }

    private void makeOnce(Scene scene, Projection into) {
        Map<String, NodeRef> made = new HashMap<>();
        nodes.forEach((alias, recipe) -> {
            Map<String, Object> properties = properties(recipe, scene);
            ref(recipe.kind(), properties, scene).ifPresent(node -> {
                made.put(alias, node);
                if (recipe.made()) {
                    into.add(node, properties);
                }
            });
        });
        for (EdgeRecipe edge : edges) {
            Optional<String> from = key(edge.from(), scene, made);
            Optional<String> to = key(edge.to(), scene, made);
            if (from.isPresent() && to.isPresent()) {
                into.add(new EdgeRef(edge.kind(), from.get(), to.get()));
            }
        }
    }

    private static Optional<String> key(String alias, Scene scene, Map<String, NodeRef> made) {
        return alias.equals(HOST)
                ? Optional.of(scene.host())
                : Optional.ofNullable(made.get(alias)).map(NodeRef::key);
    }

    private static Optional<NodeRef> ref(NodeKind kind, Map<String, Object> properties, Scene scene) {
        var key = new StringBuilder(kind.owner() == Owner.HOST ? scene.host() : "");
        for (String name : kind.key()) {
            Object value = properties.get(name);
            if (value == null) {
                return Optional.empty();
            }
            key.append(key.isEmpty() ? "" : "/").append(value);
        }
        return Optional.of(new NodeRef(kind, Values.bounded(key.toString())));
    }

    private static Map<String, Object> properties(NodeRecipe recipe, Scene scene) {
        Map<String, Object> properties = new LinkedHashMap<>();
        recipe.properties()
                .forEach((property, expression) -> Values.of(property, expression.in(scene))
                        .ifPresent(value -> properties.put(property.name(), value)));
        return properties;
    }
}
