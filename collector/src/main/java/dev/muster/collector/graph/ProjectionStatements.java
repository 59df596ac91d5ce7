package dev.muster.collector.graph;

import dev.muster.collector.graph.projection.Difference;
import dev.muster.collector.graph.projection.EdgeKind;
import dev.muster.collector.graph.projection.EdgeRef;
import dev.muster.collector.graph.projection.GraphSchema;
import dev.muster.collector.graph.projection.NodeKind;
import dev.muster.collector.graph.projection.NodeKind.Owner;
import dev.muster.collector.graph.projection.NodeRef;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The statements that show what facts became, generated from the declared schema, each constant and over the rows of {@link Rows#batch}.
 *
 * <p>A host's own nodes are created and deleted; those of all are merged on their unique key, and swept once nothing leads to them. What
 * goes, goes first; then nodes before the edges between them; sweeping comes last, since what one host gave up another may have taken in
 * the same commit.
 */
final class ProjectionStatements {
    /** A statement that creates and looks up keeps all of its rows in memory at once. Implementation choice. */
    private static final int ROWS_A_STATEMENT = 500;

    private final GraphSchema schema;

    ProjectionStatements(GraphSchema schema) {
        this.schema = schema;
    }

    /** One statement and its rows. */
    record Step(String cypher, List<Map<String, Object>> rows) {}

    /** The parts of a commit, in their order. */
    private enum Phase {
        FORGET,
        REMOVE_EDGES,
        REMOVE_NODES,
        PUT_NODES,
        CHANGE_NODES,
        PUT_EDGES,
        SWEEP,
        SWEEP_WHAT_SWEPT_LED_TO
    }

    private record Place(Phase phase, String cypher) {}

    /** Rows by statement; of several about the same thing, one. */
    private static final class Steps {
        private final Map<Place, Map<String, Map<String, Object>>> rows = new LinkedHashMap<>();

        void add(Phase phase, String cypher, String about, Map<String, Object> row) {
            rows.computeIfAbsent(new Place(phase, cypher), none -> new LinkedHashMap<>())
                    .put(about, row);
        }

        List<Step> inOrder() {
            return rows.entrySet().stream()
                    .sorted(Comparator.comparing(entry -> entry.getKey().phase()))
                    .flatMap(entry -> some(
                            entry.getKey().cypher(),
                            List.copyOf(entry.getValue().values())))
                    .toList();
        }

        private static Stream<Step> some(String cypher, List<Map<String, Object>> rows) {
            return IntStream.iterate(0, from -> from < rows.size(), from -> from + ROWS_A_STATEMENT)
                    .mapToObj(from ->
                            new Step(cypher, rows.subList(from, Math.min(rows.size(), from + ROWS_A_STATEMENT))));
        }
    }

    /** What the writes show and forget. */
    List<Step> steps(List<Write> writes) {
        var steps = new Steps();
        for (Write write : writes) {
            if (write instanceof Write.Forget forget) {
                forget(steps, forget.host().toString());
            } else if (write instanceof Write.Show show) {
                show(steps, show.difference(), show.since());
            }
        }
        return steps.inOrder();
    }

    /** What shows the facts of a new host: every statement that puts a node or an edge, in the order of a commit. */
    List<String> puts() {
        Stream<String> nodes = schema.nodes().stream()
                .filter(kind -> kind.owner() != Owner.COLLECTOR)
                .map(this::putNodes);
        Stream<String> edges = schema.edges().stream()
                .filter(kind -> !kind.declaredBy().isEmpty())
                .map(ProjectionStatements::putEdges);
        return Stream.concat(nodes, edges).distinct().toList();
    }

    private void forget(Steps steps, String host) {
        for (NodeKind kind : schema.nodes()) {
            if (kind.owner() == Owner.HOST) {
                steps.add(Phase.FORGET, forgetNodes(kind), host, Map.of("prefix", host + "/"));
            }
        }
        for (EdgeKind kind : schema.edges()) {
            if (!kind.declaredBy().isEmpty() && kind.from().label().equals("Host")) {
                steps.add(Phase.FORGET, forgetEdges(kind), host, Map.of("host", host));
            }
        }
    }

    private void show(Steps steps, Difference difference, Instant since) {
        for (EdgeRef edge : difference.removedEdges()) {
            if (!edge.kind().isInherent()) {
                steps.add(Phase.REMOVE_EDGES, removeEdges(edge.kind()), edge.toString(), row(edge, since));
            }
        }
        for (NodeRef node : difference.removedNodes()) {
            Phase phase = node.kind().owner() == Owner.HOST ? Phase.REMOVE_NODES : sweeping(node.kind());
            String cypher = node.kind().owner() == Owner.HOST ? removeNodes(node.kind()) : sweep(node.kind());
            steps.add(phase, cypher, node.key(), Map.of("key", node.key()));
        }
        difference
                .addedNodes()
                .forEach((node, properties) ->
                        steps.add(Phase.PUT_NODES, putNodes(node.kind()), node.key(), row(node, properties, since)));
        difference.changedNodes().forEach((node, properties) -> {
            if (node.kind().owner() == Owner.HOST) {
                steps.add(Phase.CHANGE_NODES, changeNodes(node.kind()), node.key(), row(node, properties, since));
            }
        });
        for (EdgeRef edge : difference.addedEdges()) {
            steps.add(Phase.PUT_EDGES, putEdges(edge.kind()), edge.toString(), row(edge, since));
        }
    }

    private static Map<String, Object> row(EdgeRef edge, Instant since) {
        return Map.of("from", edge.from(), "to", edge.to(), "at", Rows.time(since));
    }

    private static Map<String, Object> row(NodeRef node, Map<String, Object> properties, Instant since) {
        return Map.of("key", node.key(), "properties", properties, "at", Rows.time(since));
    }

    private static String forgetNodes(NodeKind kind) {
        return """
                UNWIND $batch.rows AS row
                MATCH (n:%s) WHERE n.key STARTS WITH row.prefix
                DETACH DELETE n""".formatted(kind.label());
    }

    private static String forgetEdges(EdgeKind kind) {
        return """
                UNWIND $batch.rows AS row
                MATCH (:Host {id: row.host})-[r:%s]->(:%s)
                DELETE r""".formatted(kind.type(), kind.to().label());
    }

    /** One that lingers ends now and goes later. */
    private static String removeEdges(EdgeKind kind) {
        return """
                UNWIND $batch.rows AS row
                MATCH %s
                MATCH %s
                MATCH (a)-[r:%s]->(b)
                %s""".formatted(
                        node("a", kind.from(), "from"),
                        node("b", kind.to(), "to"),
                        kind.type(),
                        kind.doesLinger() ? "SET r.until = row.at" : "DELETE r");
    }

    /** A node stays while an edge of it lingers. */
    private String removeNodes(NodeKind kind) {
        String lingering = lingering(kind);
        return """
                UNWIND $batch.rows AS row
                MATCH %s%s
                DETACH DELETE n""".formatted(
                        node("n", kind, "key"),
                        lingering.isEmpty() ? "" : " WHERE NOT EXISTS { (n)-[:%s]->() }".formatted(lingering));
    }

    /** A node that a lingering edge kept is still there when it comes back. */
    private String putNodes(NodeKind kind) {
        if (kind.owner() == Owner.ALL) {
            return """
                    UNWIND $batch.rows AS row
                    MERGE %s
                    ON CREATE SET n += row.properties, n.since = row.at""".formatted(node("n", kind, "key"));
        }
        return """
                UNWIND $batch.rows AS row
                %s %s
                SET n = row.properties, n.key = row.key, n.since = row.at""".formatted(lingering(kind).isEmpty() ? "CREATE" : "MERGE", node("n", kind, "key"));
    }

    private static String changeNodes(NodeKind kind) {
        return """
                UNWIND $batch.rows AS row
                MATCH %s
                SET n += row.properties""".formatted(node("n", kind, "key"));
    }

    /**
     * An inherent one was made with its start, so it is made only where that is as new as this commit; no two commits have the same time.
     */
    private static String putEdges(EdgeKind kind) {
        String ends = """
                UNWIND $batch.rows AS row
                MATCH %s%s
                MATCH %s
                """.formatted(
                        node("a", kind.from(), "from"),
                        kind.isInherent() ? " WHERE a.since = row.at" : "",
                        node("b", kind.to(), "to"));
        return ends
                + (kind.doesLinger()
                        ? "MERGE (a)-[r:%s]->(b) ON CREATE SET r.since = row.at REMOVE r.until".formatted(kind.type())
                        : "CREATE (a)-[:%s {since: row.at}]->(b)".formatted(kind.type()));
    }

    private String sweep(NodeKind kind) {
        return """
                UNWIND $batch.rows AS row
                MATCH %s WHERE NOT EXISTS { (n)<-[:%s]-() }
                DETACH DELETE n""".formatted(node("n", kind, "key"), leadingTo(kind));
    }

    /** Statements that delete up to {@code $limit} nodes of all that nothing leads to, wherever they come from, and return how many. */
    List<String> sweeps() {
        return schema.nodes().stream()
                .filter(kind -> kind.owner() == Owner.ALL)
                .sorted(Comparator.comparing(this::sweeping))
                .map(this::sweepAny)
                .toList();
    }

    /** Statements that delete up to {@code $limit} edges that lingered since before {@code $at}, and what only they kept. */
    List<Lingered> lingered() {
        return schema.edges().stream()
                .filter(EdgeKind::doesLinger)
                .map(kind -> new Lingered(kind.lingers(), """
                        MATCH (a:%s)-[r:%s]->(b:%s) WHERE r.until < $at
                        WITH a, r, b LIMIT $limit
                        DELETE r
                        WITH collect(DISTINCT a) AS starts, collect(DISTINCT b) AS ends, count(*) AS done
                        CALL (starts) { UNWIND starts AS a WITH a WHERE NOT EXISTS { (a)--() } DELETE a }
                        CALL (ends) { UNWIND ends AS b WITH b WHERE NOT EXISTS { (b)<--() } DETACH DELETE b }
                        RETURN done""".formatted(
                                kind.from().label(), kind.type(), kind.to().label())))
                .toList();
    }

    record Lingered(Duration lingers, String cypher) {}

    /** The labels that facts can get. */
    List<String> labels() {
        return schema.nodes().stream()
                .filter(kind -> kind.owner() != Owner.COLLECTOR)
                .map(NodeKind::label)
                .toList();
    }

    private String sweepAny(NodeKind kind) {
        return """
                MATCH (n:%s) WHERE NOT EXISTS { (n)<-[:%s]-() }
                WITH n LIMIT $limit
                DETACH DELETE n
                RETURN count(*) AS done""".formatted(kind.label(), leadingTo(kind));
    }

    private Phase sweeping(NodeKind kind) {
        boolean inherent = schema.edges().stream()
                .anyMatch(edge -> edge.isInherent() && edge.to().equals(kind));
        return inherent ? Phase.SWEEP_WHAT_SWEPT_LED_TO : Phase.SWEEP;
    }

    private String leadingTo(NodeKind kind) {
        return schema.edges().stream()
                .filter(edge -> edge.to().equals(kind))
                .map(EdgeKind::type)
                .distinct()
                .collect(Collectors.joining("|"));
    }

    private String lingering(NodeKind from) {
        return schema.edges().stream()
                .filter(edge -> edge.doesLinger() && edge.from().equals(from))
                .map(EdgeKind::type)
                .collect(Collectors.joining("|"));
    }

    private static String node(String name, NodeKind kind, String key) {
        return "(%s:%s {%s: row.%s})".formatted(name, kind.label(), kind.identity(), key);
    }
}
