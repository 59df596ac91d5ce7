package dev.muster.collector.graph;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the graph is.
 *
 * @param home directory of the embedded store and its password; made where it is missing
 * @param boltPort of the embedded store on 127.0.0.1; 0 for any free one
 * @param pageCacheMebibytes of the embedded store. More makes cold reads of a large graph faster and costs that much memory
 * @param external the site's own Neo4j in place of the embedded one
 */
public record GraphConfig(Path home, int boltPort, int pageCacheMebibytes, Optional<External> external) {
    /** The port that Neo4j's own tools expect. */
    public static final int DEFAULT_BOLT_PORT = 7687;

    /** Measured: 400 MB resident with this and a heap of 384 MB; 133 KB of store a host. */
    public static final int DEFAULT_PAGE_CACHE_MEBIBYTES = 64;

    /** What one transaction may hold in memory, of a heap of 384 MB and up; a query above it is refused. */
    static final int TRANSACTION_MEBIBYTES = 96;

    public static GraphConfig embedded(Path home) {
        return new GraphConfig(home, DEFAULT_BOLT_PORT, DEFAULT_PAGE_CACHE_MEBIBYTES, Optional.empty());
    }

    /**
     * A Neo4j server or cluster.
     *
     * @param uri {@code neo4j://}, {@code bolt://} or their TLS forms
     * @param password a secret, left out of {@link #toString()}
     */
    public record External(URI uri, String user, String password) {
        @Override
        public String toString() {
            return "External[uri=" + uri + ", user=" + user + "]";
        }
    }
}
