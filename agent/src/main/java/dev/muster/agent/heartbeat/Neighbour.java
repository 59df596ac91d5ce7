package dev.muster.agent.heartbeat;

import dev.muster.protocol.noise.PublicKey;
import java.time.Duration;

/**
 * Whom this agent beats for.
 *
 * @param interval of the beats, both ways
 * @param dead how long it may be overdue before it is reported silent; probed from two fifths of that on
 */
public record Neighbour(PublicKey key, Watching watching, Duration interval, Duration dead) {
    /** liveness.md: beats every second, probed when 2 s overdue, reported when 5 s overdue. */
    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(1);

    public static final Duration DEFAULT_DEAD = Duration.ofSeconds(5);

    private static final Duration LEAST = Duration.ofMillis(100);
    private static final Duration MOST = Duration.ofHours(1);

    /** Which way. */
    public enum Watching {
        /** Another agent: each beats for the other. */
        EACH_OTHER,
        /** The collector, which watches this agent and not the other way round. */
        BEATS_ONLY
    }

    public Neighbour {
        requireSane("interval", interval);
        requireSane("dead time", dead);
    }

    Duration lateAfter() {
        return dead.multipliedBy(2).dividedBy(5);
    }

    private static void requireSane(String what, Duration value) {
        if (value.compareTo(LEAST) < 0 || value.compareTo(MOST) > 0) {
            throw new IllegalArgumentException(what + " must be from " + LEAST + " to " + MOST + ", not " + value);
        }
    }
}
