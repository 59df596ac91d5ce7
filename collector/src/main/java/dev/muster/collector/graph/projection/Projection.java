package dev.muster.collector.graph.projection;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** What facts become: nodes with their properties (text, Long, Boolean, list of text), and edges. */
public final class Projection {
    private final Map<NodeRef, Map<String, Object>> nodes = new LinkedHashMap<>();
    private final Set<EdgeRef> edges = new LinkedHashSet<>();

    Projection() {}

    /** Where several make the same node, each adds what it knows; what was said first stays. */
    void add(NodeRef node, Map<String, Object> properties) {
        Map<String, Object> known = nodes.computeIfAbsent(node, none -> new LinkedHashMap<>());
        properties.forEach(known::putIfAbsent);
    }

    void add(EdgeRef edge) {
        edges.add(edge);
    }

    public Map<NodeRef, Map<String, Object>> nodes() {
        return Collections.unmodifiableMap(nodes);
    }

    public Set<EdgeRef> edges() {
        return Collections.unmodifiableSet(edges);
    }
}
