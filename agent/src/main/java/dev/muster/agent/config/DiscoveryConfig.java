package dev.muster.agent.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is discovered, and at what cost.
 *
 * @param scripts folder of the installed scripts; empty for those in the program itself, unpacked at each start (SCRIPTS)
 * @param ownTypes folder of the administrator's own types (OWN_TYPES)
 * @param on names of types that run although they do so on request only (TYPES_ON)
 * @param off names of types that never run, whatever the collector wants (TYPES_OFF)
 * @param intervals seconds between two runs, by type; for these the agent does not stretch the interval of a type that costs much
 *     (INTERVALS)
 * @param maxAtOnce scripts at once: each more takes one thread and up to 6 MiB of heap for what it prints (MAX_SCRIPTS)
 */
public record DiscoveryConfig(
        Optional<Path> scripts,
        Path ownTypes,
        Set<String> on,
        Set<String> off,
        Map<String, Duration> intervals,
        int maxAtOnce) {
    public DiscoveryConfig {
        on = Set.copyOf(on);
        off = Set.copyOf(off);
        intervals = Map.copyOf(intervals);
    }
}
