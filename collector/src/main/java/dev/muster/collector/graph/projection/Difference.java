package dev.muster.collector.graph.projection;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What to write so that the graph shows a host's new facts instead of its old ones.
 *
 * @param removedNodes of all: those that this host no longer makes, which go if no other host does
 * @param changedNodes properties to set; null where one is to go
 * @param addedEdges inherent ones stand already where their start does
 */
public record Difference(
        Set<EdgeRef> removedEdges,
        Set<NodeRef> removedNodes,
        Map<NodeRef, Map<String, Object>> addedNodes,
        Map<NodeRef, Map<String, Object>> changedNodes,
        Set<EdgeRef> addedEdges) {
    static Difference between(Projection before, Projection after) {
        Set<EdgeRef> removedEdges = new LinkedHashSet<>(before.edges());
        removedEdges.removeAll(after.edges());
        Set<NodeRef> removedNodes = new LinkedHashSet<>(before.nodes().keySet());
        removedNodes.removeAll(after.nodes().keySet());
        Map<NodeRef, Map<String, Object>> added = new LinkedHashMap<>();
        Map<NodeRef, Map<String, Object>> changed = new LinkedHashMap<>();
        after.nodes().forEach((node, properties) -> {
            Map<String, Object> stood = before.nodes().get(node);
            if (stood == null) {
                added.put(node, properties);
            } else if (!stood.equals(properties)) {
                changed.put(node, changes(stood, properties));
            }
        });
        Set<EdgeRef> addedEdges = new LinkedHashSet<>(after.edges());
        addedEdges.removeAll(before.edges());
        return new Difference(removedEdges, removedNodes, added, changed, addedEdges);
    }

    private static Map<String, Object> changes(Map<String, Object> before, Map<String, Object> after) {
        Map<String, Object> changes = new HashMap<>();
        before.keySet().forEach(name -> changes.put(name, null));
        changes.putAll(after);
        return changes;
    }

    public boolean isEmpty() {
        return removedEdges.isEmpty()
                && removedNodes.isEmpty()
                && addedNodes.isEmpty()
                && changedNodes.isEmpty()
                && addedEdges.isEmpty();
    }
}
