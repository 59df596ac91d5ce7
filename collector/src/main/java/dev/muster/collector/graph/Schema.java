package dev.muster.collector.graph;

import dev.muster.collector.graph.projection.EdgeKind;
import dev.muster.collector.graph.projection.GraphSchema;
import dev.muster.collector.graph.projection.NodeKind;
import dev.muster.collector.graph.projection.NodeKind.Property;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.neo4j.driver.Driver;
import org.neo4j.driver.Record;
import org.neo4j.driver.Session;

/** Brings a graph to the schema of this program: constraints and indexes are generated from what is declared. */
final class Schema {
    /** Written into every graph; a program refuses one that is newer. Raised with each change that an older program would misread. */
    static final int GRAPH_VERSION = 2;

    private static final int INDEXES_ONLINE_SECONDS = 300;

    private Schema() {}

    /** Makes what is missing; does nothing on a graph that has it all. */
    static void install(Driver driver, GraphSchema schema) {
        try (Session session = driver.session()) {
            refuseNewer(session);
            Map<String, String> missing = statements(schema);
            missing.keySet().removeAll(existing(session));
            for (String statement : missing.values()) {
                session.run(statement).consume();
            }
            session.run("CALL db.awaitIndexes($seconds)", Map.of("seconds", INDEXES_ONLINE_SECONDS))
                    .consume();
            session.executeWriteWithoutResult(tx -> tx.run(
                    "MERGE (m:Meta {id: 1}) ON CREATE SET m.seq = 0, m.at = datetime({epochMillis: 0}),"
                            + " m.ruleSetHash = '' SET m.graphVersion = $version",
                    Map.of("version", GRAPH_VERSION)));
        }
    }

    private static void refuseNewer(Session session) {
        List<Record> meta = session.run("MATCH (m:Meta {id: 1}) RETURN m.graphVersion AS version")
                .list();
        if (!meta.isEmpty() && meta.getFirst().get("version").asInt() > GRAPH_VERSION) {
            throw new GraphException(
                    GraphException.Kind.NEWER_VERSION,
                    "The graph has version " + meta.getFirst().get("version").asInt() + ", this program knows up to "
                            + GRAPH_VERSION + ". Install the newer program again, or restore a backup made before it.");
        }
    }

    /** Asked for once, so that a start need not have each statement parsed and planned only to find that there is nothing to do. */
    private static Set<String> existing(Session session) {
        return Set.copyOf(session.run("SHOW INDEXES YIELD name")
                .list(index -> index.get("name").asString()));
    }

    /** By the name of the index, which is that of the constraint where there is one. */
    private static Map<String, String> statements(GraphSchema schema) {
        Map<String, String> statements = new LinkedHashMap<>();
        for (NodeKind kind : schema.nodes()) {
            for (Property property : kind.properties()) {
                switch (property.lookup()) {
                    case UNIQUE -> {
                        String name = name(kind.label(), property.name(), "unique");
                        statements.put(
                                name,
                                "CREATE CONSTRAINT %s IF NOT EXISTS FOR (n:%s) REQUIRE n.%s IS UNIQUE"
                                        .formatted(name, kind.label(), property.name()));
                    }
                    case INDEXED -> {
                        String name = name(kind.label(), property.name(), "index");
                        statements.put(
                                name,
                                "CREATE INDEX %s IF NOT EXISTS FOR (n:%s) ON (n.%s)"
                                        .formatted(name, kind.label(), property.name()));
                    }
                    case NONE -> {}
                }
            }
        }
        for (EdgeKind kind : schema.edges()) {
            if (kind.doesLinger()) {
                String name = name(kind.type(), "until", "index");
                statements.put(
                        name,
                        "CREATE INDEX %s IF NOT EXISTS FOR ()-[r:%s]-() ON (r.until)".formatted(name, kind.type()));
            }
        }
        return statements;
    }

    private static String name(String of, String property, String what) {
        return "muster_" + of + "_" + property + "_" + what;
    }
}
