package dev.muster.collector.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.collector.graph.GraphReads.QueryLimits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.neo4j.driver.Session;

/** What people may ask, against the real server. */
@ResourceLock(TestGraph.LOCK)
final class QueryGuardTest {
    private static final List<String> REFUSED = List.of(
            "CREATE (:Host {id: 'evil'})",
            "MATCH (n) DETACH DELETE n",
            "MATCH (h:Host) SET h.name = 'x'",
            "MATCH (h:Host) REMOVE h.name",
            "MERGE (:Host {id: 'evil'})",
            "RETURN 1 AS x UNION CREATE (h:Host {id: 'evil'}) RETURN 2 AS x",
            "UNWIND [1] AS x CALL (x) { CREATE (:Host {id: 'evil'}) } IN TRANSACTIONS OF 1 ROWS",
            "MATCH (h:Host) CALL (h) { RETURN h.name AS n } IN TRANSACTIONS OF 1 ROWS RETURN n",
            "MATCH (h:Host) CALL (h) { DETACH DELETE h }",
            "MATCH (h:Host) FOREACH (x IN [1] | SET h.name = 'x')",
            "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
            "WITH 1 AS x LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
            "WITH 1 AS x LOAD CSV FROM 'http://127.0.0.1:1/x' AS line RETURN line",
            "MATCH (h) CALL () { LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line } RETURN line",
            "SHOW USERS",
            "show users",
            "SHOW SETTINGS",
            "SHOW CURRENT USER",
            "SHOW DATABASES",
            "SHOW TRANSACTIONS",
            "SHOW INDEXES",
            "/* harmless */ SHOW USERS",
            "// harmless\nSHOW USERS",
            "/* a */ // b\n /* c */\tSHOW USERS",
            "/**/SHOW/**/USERS",
            "TERMINATE TRANSACTIONS 'neo4j-transaction-1'",
            "SHOW TRANSACTIONS YIELD transactionId AS id TERMINATE TRANSACTIONS id YIELD message RETURN message",
            "ALTER USER neo4j SET PASSWORD 'x'",
            "ALTER CURRENT USER SET PASSWORD FROM 'a' TO 'b'",
            "CREATE USER eve SET PASSWORD 'secret12'",
            "DROP USER neo4j",
            "STOP DATABASE neo4j",
            "CREATE INDEX evil FOR (n:Host) ON (n.name)",
            "DROP CONSTRAINT muster_Host_id_unique",
            "CALL dbms.listConfig()",
            "CALL dbms.components() YIELD name RETURN name",
            "MATCH (h) CALL dbms.components() YIELD name RETURN name",
            "CALL dbms.setConfigValue('a', 'b')",
            "CALL db.clearQueryCaches()",
            "CALL dbms.killConnection('x')",
            "CALL `dbms`.`components`() YIELD name RETURN name",
            "CALL db.createLabel('Evil')",
            "CALL { CALL dbms.components() YIELD name RETURN name } RETURN name",
            "EXPLAIN MATCH (n) RETURN n",
            "PROFILE MATCH (n) RETURN n",
            "EXPLAIN CREATE (n)",
            "CYPHER 25 SHOW USERS",
            "CYPHER runtime=slotted MATCH (n) DELETE n",
            "USE system SHOW USERS",
            "USE system RETURN 1",
            "USE neo4j MATCH (n) RETURN n",
            "MATCH (n) RETURN n; MATCH (n) DETACH DELETE n",
            "MATCH (n) RETURN n; SHOW USERS",
            "; SHOW USERS",
            "\\u0053HOW USERS",
            "MATCH (n) \\u0044ETACH DELETE n",
            "RETURN '\\u0027 AS x CREATE (:Host) //'",
            "\u00a0SHOW USERS",
            "\ufeffSHOW USERS",
            "(:Host)",
            "DENY",
            "START DATABASE neo4j",
            "GRANT ROLE admin TO neo4j",
            "ENABLE SERVER 'x'",
            "INSERT (:Host {id: 'evil'})",
            "MATCH (n) INSERT (:Host {id: 'evil'})",
            "MATCH (n) RETURN x",
            "MATCH (n",
            "RETURN $missing",
            "RETURN 1/0",
            "",
            "   // only a comment",
            "/* never closed");

    @Test
    void refusesAllThatIsNotPlainReadingAndLeavesTheGraphAsItWas() {
        try (TestGraph test = TestGraph.empty()) {
            seed(test);
            for (String query : REFUSED) {
                assertThatThrownBy(() -> ask(test, query))
                        .as("<%s>", query)
                        .isInstanceOfSatisfying(
                                GraphException.class, e -> assertThat(e.kind()).isEqualTo(GraphException.Kind.REFUSED))
                        .message()
                        .isNotBlank();
            }
            assertThat(ask(test, "MATCH (h:Host) RETURN h.name").rows().toString())
                    .isEqualTo("[[\"web-1\"], [\"web-2\"]]");
            assertThat(ask(test, "CALL db.labels() YIELD label WHERE label = 'Evil' RETURN label")
                            .rows())
                    .isEmpty();
        }
    }

    private static final List<String> ALLOWED = List.of(
            "MATCH (h:Host) RETURN h",
            "// find\nMATCH (h:Host) /* all */ RETURN h.name ORDER BY h.name DESC LIMIT 1",
            "match p = (a:Host)-[:REPORTS*0..3]->(b) return p",
            "MATCH p = SHORTEST 1 (a:Host)--+(b) RETURN p",
            "MATCH p = shortestPath((a:Host)-[*..4]-(b:Facts)) RETURN p",
            "MATCH (a) (()-[r:REPORTS]->()){1,3} (b) RETURN count(*)",
            "OPTIONAL MATCH (h:Host {name: $name}) RETURN h",
            "UNWIND [3, 1, 2] AS x RETURN x ORDER BY x",
            "WITH 1 AS x RETURN x, 'LOAD CSV' AS word, 'SHOW USERS; DELETE' AS more",
            "MATCH (h:Host) WHERE EXISTS { (h)-[:REPORTS]->() } RETURN h.name",
            "MATCH (h:Host) WHERE NOT (h)-[:REPORTS]->(:Facts) AND h.name STARTS WITH 'w' RETURN count(h)",
            "MATCH (h:Host) WHERE h.name CONTAINS 'eb' OR h.name ENDS WITH '2' RETURN h",
            "MATCH (h:Host) WHERE h.id IN ['a', 'b'] RETURN h",
            "MATCH (h:Host)-[:REPORTS]->(f) WITH h, collect(f.type) AS types, count(*) AS n RETURN h.name, types, n",
            "MATCH (h:Host) CALL (h) { MATCH (h)-[:REPORTS]->(f) RETURN count(f) AS n } RETURN h.name, n",
            "MATCH (h:Host) RETURN h.name, COUNT { (h)-[:REPORTS]->() } AS n, COLLECT { MATCH (h)--(x) RETURN x } AS all",
            "MATCH (a:Host), (b:Host) WHERE a.name < b.name RETURN a.name, b.name",
            "MATCH (n) RETURN DISTINCT labels(n) UNION MATCH ()-[r]->() RETURN DISTINCT [type(r)] AS `labels(n)`",
            "MATCH (n:Host|Facts) RETURN count(n)",
            "MATCH ()-[r:REPORTS|ON]->() RETURN count(r)",
            "CALL db.labels()",
            "CALL db.schema.visualization()",
            "CALL db.relationshipTypes() YIELD relationshipType RETURN relationshipType",
            "RETURN datetime(), date('2026-01-01'), duration('P1D'), point({x: 1, y: 2}), 1.5, null, true, {a: [1]}");

    @Test
    void letsReadingThrough() {
        try (TestGraph test = TestGraph.empty()) {
            seed(test);
            for (String query : ALLOWED) {
                assertThat(test.graph()
                                .reads()
                                .query(query, Map.of("name", "web-1"), QueryLimits.DEFAULT)
                                .columns())
                        .as("<%s>", query)
                        .isNotEmpty();
            }
        }
    }

    @Test
    void stopsAtTheLimits() {
        try (TestGraph test = TestGraph.empty()) {
            GraphReads reads = test.graph().reads();
            var rows = reads.query(
                    "UNWIND range(1, 1000000) AS x RETURN x",
                    Map.of(),
                    new QueryLimits(Duration.ofSeconds(30), 7, 1 << 20));
            assertThat(rows.rows()).hasSize(7);
            assertThat(rows.cut()).contains("more than 7 rows");
            var bytes = reads.query(
                    "UNWIND range(1, 1000000) AS x RETURN 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'",
                    Map.of(),
                    new QueryLimits(Duration.ofSeconds(30), 10_000, 1000));
            assertThat(bytes.cut()).contains("more than 1000 bytes");
            assertThat(bytes.rows()).hasSizeBetween(10, 30);
            assertThatThrownBy(() -> reads.query(
                            "UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y WITH x, y WHERE x + y < 0 RETURN x",
                            Map.of(),
                            new QueryLimits(Duration.ofSeconds(1), 10, 1000)))
                    .isInstanceOf(GraphException.class)
                    .hasMessageContaining("took longer than 1 s");
            assertThatThrownBy(() -> reads.query(
                            "UNWIND range(1, 100000000) AS x WITH collect(toString(x)) AS texts RETURN size(texts)",
                            Map.of(),
                            QueryLimits.DEFAULT))
                    .isInstanceOf(GraphException.class)
                    .hasMessageContaining("MiB of memory");
        }
    }

    @Test
    void saysWhereAQueryIsWrong() {
        try (TestGraph test = TestGraph.empty()) {
            assertThatThrownBy(() -> ask(test, "MATCH (h:Host)\nRETURN nme"))
                    .hasMessage("Variable `nme` not defined (line 2, column 8)");
        }
    }

    @Test
    void showsNodesRelationshipsAndPathsAsJson() {
        try (TestGraph test = TestGraph.empty()) {
            seed(test);
            var result = ask(
                    test,
                    "MATCH p = (h:Host {name: 'web-1'})-[r:REPORTS]->(f) RETURN h, r, p, datetime('2026-01-01T00:00Z') AS t");
            assertThat(result.columns()).containsExactly("h", "r", "p", "t");
            var row = result.rows().getFirst();
            assertThat(row.get(0).at("/labels/0").textValue()).isEqualTo("Host");
            assertThat(row.get(0).at("/properties/name").textValue()).isEqualTo("web-1");
            assertThat(row.get(1).get("type").textValue()).isEqualTo("REPORTS");
            assertThat(row.get(1).get("start")).isEqualTo(row.get(0).get("id"));
            assertThat(row.get(2).get("nodes")).hasSize(2);
            assertThat(row.get(3).textValue()).isEqualTo("2026-01-01T00:00Z");
        }
    }

    private static GraphReads.QueryResult ask(TestGraph test, String query) {
        return test.graph().reads().query(query, Map.of(), QueryLimits.DEFAULT);
    }

    private static void seed(TestGraph test) {
        try (Session session = test.graph().driver().session()) {
            session.run("CREATE (:Host {id: 'a', name: 'web-1'})-[:REPORTS]->(:Facts {key: 'k', type: 'os'}),"
                            + " (:Host {id: 'b', name: 'web-2'})")
                    .consume();
        }
    }
}
