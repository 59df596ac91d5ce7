package dev.muster.collector.graph;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.neo4j.driver.Session;

/** One embedded graph for all tests of a JVM, since it takes ten seconds to start; empty for each test that borrows it. */
public final class TestGraph implements AutoCloseable {
    /** For {@code @ResourceLock} on each class that borrows it, so that none is begun only to wait for another. */
    public static final String LOCK = "graph";

    private static final ReentrantLock IN_USE = new ReentrantLock();
    private static @Nullable Graph shared;

    private final Graph graph;

    private TestGraph(Graph graph) {
        this.graph = graph;
    }

    /** The graph, empty; other tests wait until it is closed. */
    public static TestGraph empty() {
        IN_USE.lock();
        Graph graph = shared;
        if (graph == null) {
            graph = start();
            shared = graph;
        }
        clear(graph);
        return new TestGraph(graph);
    }

    private static Graph start() {
        try {
            Path home = Files.createTempDirectory("muster-graph-");
            Graph graph = Graph.open(config(home), new SecureRandom());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                graph.close();
                delete(home);
            }));
            return graph;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static GraphConfig config(Path home) {
        return new GraphConfig(home, 0, 32, Optional.empty());
    }

    private static void clear(Graph graph) {
        try (Session session = graph.driver().session()) {
            session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS")
                    .consume();
        }
        Schema.install(graph.driver(), graph.projections().schema());
    }

    public Graph graph() {
        return graph;
    }

    /** Runs any Cypher, and returns each row's first value as text. */
    public List<String> run(String cypher, Map<String, Object> parameters) {
        try (Session session = graph.driver().session()) {
            return session.run(cypher, parameters).list(row -> row.get(0).asString());
        }
    }

    /** Another handle on the same store, as after a restart of the collector with an external graph. */
    public Graph reopened() {
        Path home = Path.of("unused");
        var server = new GraphConfig.External(graph.uri(), EmbeddedGraph.USER, graph.password());
        return Graph.open(new GraphConfig(home, 0, 0, Optional.of(server)), new SecureRandom());
    }

    /** A ledger that calls {@code before} ahead of each statement of a commit. */
    public Ledger breaking(Graph with, Runnable before) {
        return watched(with, statement -> before.run(), statement -> {});
    }

    /** A ledger that tells each statement ahead of it: of a commit, or rehearsed. */
    public Ledger watched(Graph with, Consumer<String> commits, Consumer<String> rehearses) {
        return with.ledger(new Ledger.Probe() {
            @Override
            public void commits(String cypher) {
                commits.accept(cypher);
            }

            @Override
            public void rehearses(String cypher) {
                rehearses.accept(cypher);
            }
        });
    }

    @Override
    public void close() {
        IN_USE.unlock();
    }

    private static void delete(Path home) {
        try (Stream<Path> files = Files.walk(home)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                if (!file.toFile().delete()) {
                    file.toFile().deleteOnExit();
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
