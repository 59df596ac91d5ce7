package dev.muster.protocol.session;

/** A token bucket for RESET: 1,000 a second in all, so that stray packets cannot make us a source of noise. */
final class ResetBudget {
    private static final int PER_SECOND = 1_000;
    private static final long NANOS_EACH = 1_000_000_000L / PER_SECOND;

    // The time up to which tokens are used up; a full bucket is a second behind now.
    private long spentNanos = Long.MIN_VALUE;

    boolean allows(long nowNanos) {
        long full = nowNanos - PER_SECOND * NANOS_EACH;
        long next = (spentNanos == Long.MIN_VALUE ? full : Math.max(spentNanos, full)) + NANOS_EACH;
        if (next > nowNanos) {
            return false;
        }
        spentNanos = next;
        return true;
    }
}
