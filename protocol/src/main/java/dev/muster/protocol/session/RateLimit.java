package dev.muster.protocol.session;

/** A token bucket that holds one second's worth, as the generic cell rate algorithm: one number of state. */
final class RateLimit {
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final long eachNanos;
    private long spentUntilNanos;
    private boolean used;

    RateLimit(int perSecond) {
        this.eachNanos = SECOND_NANOS / perSecond;
    }

    /** Whether there is a token; takes it. */
    boolean allows(long nowNanos) {
        long full = nowNanos - SECOND_NANOS;
        long next = (used ? Math.max(spentUntilNanos, full) : full) + eachNanos;
        if (next > nowNanos) {
            return false;
        }
        used = true;
        spentUntilNanos = next;
        return true;
    }
}
