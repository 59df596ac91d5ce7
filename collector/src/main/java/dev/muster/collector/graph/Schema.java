package dev.muster.collector.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.neo4j.driver.Driver;
import org.neo4j.driver.Record;
import org.neo4j.driver.Session;

/** The nodes that the collector itself makes, declared once: constraints and indexes are generated from this table. */
final class Schema {
    /** Written into every graph; a program refuses one that is newer. Raised with each change that an older program would misread. */
    static final int GRAPH_VERSION = 1;

    /**
     * A kind of node.
     *
     * @param unique properties that name one node each
     * @param indexed properties that queries look up or order by
     */
    record NodeKind(String label, List<String> unique, List<String> indexed) {}

    static final List<NodeKind> NODES = List.of(
            new NodeKind("Meta", List.of("id"), List.of()),
            new NodeKind("Host", List.of("id", "name"), List.of("status", "judgedBy")),
            new NodeKind("Agent", List.of("keyId"), List.of()),
            new NodeKind("Token", List.of("hash"), List.of()),
            new NodeKind("Facts", List.of("key"), List.of("type")),
            new NodeKind("Verdicts", List.of("key"), List.of("type")),
            new NodeKind("Rule", List.of("id"), List.of("type", "severity")),
            new NodeKind("RuleSet", List.of("hash"), List.of()),
            new NodeKind("Finding", List.of("id", "openKey"), List.of("opened", "closed", "severity")),
            new NodeKind("Event", List.of("seq"), List.of("type", "at")),
            new NodeKind("Outbox", List.of("id", "mergeKey"), List.of("due", "settledAt")),
            new NodeKind("Applied", List.of("key"), List.of()),
            new NodeKind("DeadLetter", List.of("id"), List.of("at")));

    private static final int INDEXES_ONLINE_SECONDS = 300;

    private Schema() {}

    /** Makes what is missing; does nothing on a graph that has it all. */
    static void install(Driver driver) {
        try (Session session = driver.session()) {
            refuseNewer(session);
            for (String statement : statements()) {
                session.run(statement).consume();
            }
            session.run("CALL db.awaitIndexes($seconds)", Map.of("seconds", INDEXES_ONLINE_SECONDS))
                    .consume();
            session.executeWriteWithoutResult(tx -> tx.run(
                    "MERGE (m:Meta {id: 1}) ON CREATE SET m.graphVersion = $version, m.seq = 0,"
                            + " m.at = datetime({epochMillis: 0}), m.ruleSetHash = ''",
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

    static List<String> statements() {
        List<String> statements = new ArrayList<>();
        for (NodeKind kind : NODES) {
            for (String property : kind.unique()) {
                statements.add("CREATE CONSTRAINT %s IF NOT EXISTS FOR (n:%s) REQUIRE n.%s IS UNIQUE"
                        .formatted(name(kind, property, "unique"), kind.label(), property));
            }
            for (String property : kind.indexed()) {
                statements.add("CREATE INDEX %s IF NOT EXISTS FOR (n:%s) ON (n.%s)"
                        .formatted(name(kind, property, "index"), kind.label(), property));
            }
        }
        return statements;
    }

    private static String name(NodeKind kind, String property, String what) {
        return "muster_" + kind.label() + "_" + property + "_" + what;
    }
}
