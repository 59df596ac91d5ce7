package dev.muster.protocol.session;

import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.stream.StreamLimits;
import dev.muster.protocol.wire.CollectorRun;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What a responder is made of.
 *
 * @param keys every pair that it answers for, at least one
 * @param run random, new at each start of the process
 * @param keepalive how long an agent may be silent; an association ends after three of these and 10 s
 * @param limits memory bounds of one association
 * @param random cryptographic in life: ephemeral keys and session ids come from it
 * @param wallClock for the peer's logs only
 */
public record ResponderConfig(
        List<StaticKeys> keys,
        CollectorRun run,
        Duration keepalive,
        StreamLimits limits,
        RandomGenerator random,
        InstantSource wallClock) {
    /** RFC 8085 section 3.5: not under 15 s; NAT mappings live 30 s and up. */
    public static final Duration DEFAULT_KEEPALIVE = Duration.ofSeconds(25);

    public ResponderConfig {
        keys = List.copyOf(keys);
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("a responder needs a key");
        }
        if (keepalive.compareTo(Duration.ofSeconds(1)) < 0 || keepalive.toSeconds() > 0xFFFF) {
            throw new IllegalArgumentException("keep-alive must be 1 to 65535 s, not " + keepalive);
        }
    }
}
