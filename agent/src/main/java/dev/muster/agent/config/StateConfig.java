package dev.muster.agent.config;

import java.nio.file.Path;

/**
 * Where the agent keeps things.
 *
 * @param state folder that outlives a restart: the agent's key, the spool, hashes (STATE)
 * @param run folder that need not: pipes, the control socket; best in memory (RUN)
 * @param spoolMaxMb megabytes of unsent records on disk, twice that while they are rewritten; at the limit nothing more is discovered
 *     until the collector is back (SPOOL_MAX_MB)
 */
public record StateConfig(Path state, Path run, int spoolMaxMb) {
    private static final long BYTES_PER_MB = 1_000_000;

    public long spoolMaxBytes() {
        return spoolMaxMb * BYTES_PER_MB;
    }
}
