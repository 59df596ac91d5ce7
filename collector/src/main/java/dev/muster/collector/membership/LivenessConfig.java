package dev.muster.collector.membership;

import java.time.Duration;

/**
 * When silence means what.
 *
 * @param interval of beats, between neighbours and to the collector. Shorter finds out sooner and costs packets
 * @param dead how long a beat may be overdue before it counts as silence. Longer forgives more loss: the chance of a false alarm falls by
 *     the loss rate with each interval
 * @param grace how long after its start the collector waits for agents to come back: they notice its restart within a keep-alive, and those
 *     that were thrown out again and again, or called in vain, wait before the next call
 * @param reconnect how long an agent may be without a session before it is looked for
 */
public record LivenessConfig(Duration interval, Duration dead, Duration grace, Duration reconnect) {
    /** After the last keep-alive, a restarted collector needs so long to answer everybody: docs/wire protocol, section 5. */
    private static final Duration GRACE_MARGIN = Duration.ofSeconds(10);

    /**
     * The times of docs: a beat a second, five seconds of silence.
     *
     * @param keepalive how long an agent may be silent on its session
     * @param longestRetry who calls in vain calls again after this at the latest
     */
    public static LivenessConfig withKeepalive(Duration keepalive, Duration longestRetry) {
        return new LivenessConfig(
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                keepalive.plus(longestRetry).plus(GRACE_MARGIN),
                Duration.ofSeconds(15));
    }
}
