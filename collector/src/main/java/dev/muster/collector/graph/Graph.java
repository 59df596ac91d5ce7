package dev.muster.collector.graph;

import dev.muster.collector.graph.GraphException.Kind;
import dev.muster.collector.graph.projection.Projections;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.neo4j.driver.AuthTokens;
import org.neo4j.driver.Config;
import org.neo4j.driver.Driver;
import org.neo4j.driver.GraphDatabase;
import org.neo4j.driver.exceptions.Neo4jException;

/** An open graph, embedded or external: one code path, all through Bolt. Its parts may be used from any thread until it is closed. */
public final class Graph implements AutoCloseable {
    /** How long a call waits for one of the driver's connections before it fails. */
    private static final int ACQUIRE_SECONDS = 30;

    private final Optional<EmbeddedGraph> embedded;
    private final Driver driver;
    private final URI uri;
    private final GraphReads reads;
    private final Projections projections;

    private Graph(Optional<EmbeddedGraph> embedded, Driver driver, URI uri, Projections projections) {
        this.embedded = embedded;
        this.driver = driver;
        this.uri = uri;
        this.reads = new BoltReads(driver);
        this.projections = projections;
    }

    /**
     * Opens it and brings its schema up to date. Takes seconds; the first start of an embedded graph about ten.
     *
     * @param random makes the embedded graph's password
     * @throws GraphException of kind LOCKED, NEWER_VERSION, TRANSIENT or FAILED, with a message to show as it is
     */
    public static Graph open(GraphConfig config, SecureRandom random) {
        if (config.external().isPresent()) {
            return external(config.external().get());
        }
        EmbeddedGraph embedded = EmbeddedGraph.start(config, random);
        try {
            URI uri = URI.create("bolt://127.0.0.1:" + embedded.port());
            return ready(Optional.of(embedded), uri, EmbeddedGraph.USER, embedded.password());
        } catch (RuntimeException e) {
            embedded.close();
            throw e;
        }
    }

    private static Graph external(GraphConfig.External server) {
        return ready(Optional.empty(), server.uri(), server.user(), server.password());
    }

    private static Graph ready(Optional<EmbeddedGraph> embedded, URI uri, String user, String password) {
        Config settings = Config.builder()
                .withTelemetryDisabled(true)
                .withConnectionAcquisitionTimeout(ACQUIRE_SECONDS, TimeUnit.SECONDS)
                .build();
        Driver driver = GraphDatabase.driver(uri, AuthTokens.basic(user, password), settings);
        try {
            driver.verifyConnectivity();
            Projections projections = Projections.shipped();
            Schema.install(driver, projections.schema());
            return new Graph(embedded, driver, uri, projections);
        } catch (Neo4jException e) {
            driver.close();
            throw new GraphException(Kind.FAILED, "Cannot work with the graph at " + uri + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            driver.close();
            throw e;
        }
    }

    public GraphReads reads() {
        return reads;
    }

    /** What apply commits with; one collector, one ledger. */
    public Ledger ledger() {
        return ledger(new Ledger.Probe() {});
    }

    Ledger ledger(Ledger.Probe probe) {
        return new Ledger(driver, new ProjectionStatements(projections.schema()), probe);
    }

    /** Drops what is older than it is to be kept. */
    public Retention retention(Retention.Periods periods) {
        return new Retention(driver, new ProjectionStatements(projections.schema()), periods);
    }

    /** What facts become in this graph. */
    public Projections projections() {
        return projections;
    }

    /** The rows to deliver. */
    public OutboxRows outbox(String route) {
        return new OutboxRows(driver, route);
    }

    /** Where Bolt answers. */
    public URI uri() {
        return uri;
    }

    Driver driver() {
        return driver;
    }

    String password() {
        return embedded.map(EmbeddedGraph::password).orElse("");
    }

    /** Waits for running transactions of the embedded graph; about two seconds. */
    @Override
    public void close() {
        driver.close();
        embedded.ifPresent(EmbeddedGraph::close);
    }
}
