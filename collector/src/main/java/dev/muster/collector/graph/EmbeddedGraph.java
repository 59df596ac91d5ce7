package dev.muster.collector.graph;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.muster.collector.graph.GraphException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import org.neo4j.configuration.connectors.ConnectorPortRegister;
import org.neo4j.configuration.connectors.ConnectorType;
import org.neo4j.dbms.api.DatabaseManagementService;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;
import org.neo4j.graphdb.GraphDatabaseService;
import org.neo4j.kernel.internal.GraphDatabaseAPI;

/**
 * Neo4j inside this process, reachable only through Bolt on the loopback address. It registers no shutdown hook: whoever opens it closes
 * it, also when the program dies while starting, or Neo4j's threads keep the process and the lock.
 */
final class EmbeddedGraph implements AutoCloseable {
    static final String USER = "neo4j";

    /** 256 bits, so that nobody guesses the password of a port that every local user can reach. */
    private static final int PASSWORD_BYTES = 32;

    private final DatabaseManagementService service;
    private final String password;
    private final int port;

    private EmbeddedGraph(DatabaseManagementService service, String password, int port) {
        this.service = service;
        this.password = password;
        this.port = port;
    }

    /** Starts it, at first with a new store and a new password. */
    static EmbeddedGraph start(GraphConfig config, SecureRandom random) {
        Path home = config.home();
        DatabaseManagementService service = build(home, config);
        try {
            GraphDatabaseService database = service.database("neo4j");
            if (!database.isAvailable(60_000)) {
                throw new GraphException(
                        Kind.FAILED, "The graph in " + home + " did not start; its log is " + home.resolve("logs"));
            }
            return new EmbeddedGraph(service, password(service, home, random), boltPort(database));
        } catch (RuntimeException e) {
            service.shutdown();
            throw e;
        }
    }

    private static DatabaseManagementService build(Path home, GraphConfig config) {
        try {
            Files.createDirectories(
                    home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path settings = home.resolve("neo4j.conf");
            Files.writeString(settings, settings(config));
            return new DatabaseManagementServiceBuilder(home)
                    .loadPropertiesFromFile(settings)
                    .build();
        } catch (IOException e) {
            throw new GraphException(Kind.FAILED, "Cannot write to the graph's directory " + home + ": " + e, e);
        } catch (RuntimeException e) {
            throw explained(home, e);
        }
    }

    private static GraphException explained(Path home, RuntimeException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause.getClass().getSimpleName().equals("FileLockException")) {
                return new GraphException(
                        Kind.LOCKED,
                        "The graph in " + home
                                + " is in use by another process. Stop the other collector, or give this one"
                                + " its own directory.",
                        failure);
            }
        }
        return new GraphException(
                Kind.FAILED, "The graph in " + home + " did not start: " + rootMessage(failure), failure);
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }

    private static String settings(GraphConfig config) {
        return """
                server.bolt.enabled=true
                server.bolt.listen_address=127.0.0.1:%d
                server.bolt.tls_level=DISABLED
                dbms.security.auth_enabled=true
                dbms.usage_report.enabled=false
                server.memory.pagecache.size=%dm
                # People's queries are bounded by this; the collector's own transactions stay far below it.
                db.memory.transaction.max=%dm
                db.tx_log.rotation.size=32m
                db.tx_log.rotation.retention_policy=keep_none
                db.tx_log.preallocate=false
                # Closing takes 2.2 s with this, 10.7 s without.
                internal.server.bolt.thread_pool_shutdown_wait_time=1s
                # LOAD CSV would read files and reach addresses from a mere reading query.
                dbms.security.allow_csv_import_from_file_urls=false
                internal.dbms.cypher_ip_blocklist=0.0.0.0/0,::/0
                """.formatted(config.boltPort(), config.pageCacheMebibytes(), GraphConfig.TRANSACTION_MEBIBYTES);
    }

    /** The password is set before it is written down: a crash between the two only makes another one at the next start. */
    private static String password(DatabaseManagementService service, Path home, SecureRandom random) {
        Path file = home.resolve("graph.password");
        try {
            if (Files.exists(file)) {
                return Files.readString(file, UTF_8).strip();
            }
            byte[] bytes = new byte[PASSWORD_BYTES];
            random.nextBytes(bytes);
            String password = HexFormat.of().formatHex(bytes);
            service.database("system")
                    .executeTransactionally(
                            "ALTER USER " + USER + " SET PASSWORD $password CHANGE NOT REQUIRED",
                            Map.of("password", password));
            write(file, password);
            return password;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot keep the graph's password in " + file, e);
        }
    }

    private static void write(Path file, String password) throws IOException {
        Path fresh = file.resolveSibling("graph.password.new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, password + "\n", UTF_8);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static int boltPort(GraphDatabaseService database) {
        return ((GraphDatabaseAPI) database)
                .getDependencyResolver()
                .resolveDependency(ConnectorPortRegister.class)
                .getLocalAddress(ConnectorType.BOLT)
                .getPort();
    }

    int port() {
        return port;
    }

    String password() {
        return password;
    }

    @Override
    public void close() {
        service.shutdown();
    }
}
