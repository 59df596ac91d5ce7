package dev.muster.protocol.session;

import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.stream.StreamLimits;
import dev.muster.protocol.wire.SpoolId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * What an initiator is made of.
 *
 * @param keys its identity
 * @param spool names its spool
 * @param agentRun random, new at each start of the process
 * @param limits memory bounds
 * @param random cryptographic in life: ephemeral keys and session ids come from it
 * @param wallClock for the peer's logs only
 */
public record InitiatorConfig(
        StaticKeys keys,
        SpoolId spool,
        long agentRun,
        StreamLimits limits,
        RandomGenerator random,
        InstantSource wallClock) {
    /** Who calls in vain calls again after this at the latest. */
    public static final Duration LONGEST_RETRY = Duration.ofNanos(Retry.MAX_NANOS + Retry.MAX_NANOS / 2);
}
