package dev.muster.collector.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neo4j.driver.Session;

/** Starts stores of its own, in one test because each start takes seconds. */
final class EmbeddedGraphTest {
    @TempDir
    Path home;

    @Test
    void keepsItsPasswordAndItsDataAndLetsNobodyElseIn() throws Exception {
        GraphConfig config = TestGraph.config(home.resolve("graph"));
        try (Graph graph = Graph.open(config, new SecureRandom())) {
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(home.resolve("graph/graph.password"))))
                    .isEqualTo("rw-------");
            assertThatThrownBy(() -> Graph.open(config, new SecureRandom()))
                    .isInstanceOfSatisfying(
                            GraphException.class, e -> assertThat(e.kind()).isEqualTo(GraphException.Kind.LOCKED))
                    .hasMessageContaining(home.resolve("graph").toString())
                    .hasMessageContaining("Stop the other collector");
            run(graph, "CREATE (:Host {id: 'x', name: 'x'})");
        }
        try (Graph graph = Graph.open(config, new SecureRandom())) {
            assertThat(graph.reads()
                            .query("MATCH (h:Host) RETURN h.id", java.util.Map.of(), GraphReads.QueryLimits.DEFAULT)
                            .rows())
                    .hasSize(1);
            run(graph, "MATCH (m:Meta) SET m.graphVersion = 3");
        }
        assertThatThrownBy(() -> Graph.open(config, new SecureRandom()))
                .isInstanceOfSatisfying(
                        GraphException.class, e -> assertThat(e.kind()).isEqualTo(GraphException.Kind.NEWER_VERSION))
                .hasMessageContaining("version 3")
                .hasMessageContaining("newer program");
    }

    private static void run(Graph graph, String cypher) {
        try (Session session = graph.driver().session()) {
            session.run(cypher).consume();
        }
    }
}
