package dev.muster.protocol.stream;

/** Round-trip time estimation, RFC 9002 section 5. */
final class RttEstimator {
    /** RFC 9002 section 6.2.2. */
    static final long INITIAL_RTT_NANOS = 333_000_000;

    /** RFC 9002 asks for at least 1 ms; 10 ms allows for timers of a loaded host. */
    static final long GRANULARITY_NANOS = 10_000_000;

    /** Longest time a receiver holds back an acknowledgement, RFC 9000 section 18.2. */
    static final long MAX_ACK_DELAY_NANOS = 25_000_000;

    private static final int PERSISTENT_CONGESTION_THRESHOLD = 3;

    private boolean sampled;
    private long latestNanos;
    private long minNanos;
    private long smoothedNanos = INITIAL_RTT_NANOS;
    private long variationNanos = INITIAL_RTT_NANOS / 2;

    /**
     * Takes a sample.
     *
     * @param latest from sending the largest acknowledged packet to its acknowledgement
     * @param ackDelay what the peer says it held the acknowledgement back; believed up to 25 ms
     */
    void sample(long latest, long ackDelay) {
        latestNanos = Math.max(latest, 1);
        if (!sampled) {
            sampled = true;
            minNanos = latestNanos;
            smoothedNanos = latestNanos;
            variationNanos = latestNanos / 2;
            return;
        }
        minNanos = Math.min(minNanos, latestNanos);
        long believed = Math.min(ackDelay, MAX_ACK_DELAY_NANOS);
        long adjusted = latestNanos >= minNanos + believed ? latestNanos - believed : latestNanos;
        variationNanos = (3 * variationNanos + Math.abs(smoothedNanos - adjusted)) / 4;
        smoothedNanos = (7 * smoothedNanos + adjusted) / 8;
    }

    boolean sampled() {
        return sampled;
    }

    long smoothedNanos() {
        return smoothedNanos;
    }

    long variationNanos() {
        return variationNanos;
    }

    /** First probe timeout, section 6.2.1. */
    long probeTimeoutNanos() {
        return smoothedNanos + Math.max(4 * variationNanos, GRANULARITY_NANOS) + MAX_ACK_DELAY_NANOS;
    }

    /** Age at which a packet older than an acknowledged one counts as lost, section 6.1.2. */
    long lossDelayNanos() {
        return Math.max(9 * Math.max(smoothedNanos, latestNanos) / 8, GRANULARITY_NANOS);
    }

    /** Section 7.6.1. */
    long persistentCongestionNanos() {
        return PERSISTENT_CONGESTION_THRESHOLD * probeTimeoutNanos();
    }
}
