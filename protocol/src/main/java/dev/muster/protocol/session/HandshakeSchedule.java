package dev.muster.protocol.session;

import java.util.random.RandomGenerator;

/**
 * When an initiator sends INIT next. Attempts without a session are further and further apart ({@link Retry}); and so are sessions that
 * do not last, else an agent that is thrown out each time would come back at once each time.
 */
final class HandshakeSchedule {
    static final long NEVER = Long.MAX_VALUE;

    /** A session that stood this long was a good one. */
    private static final long LASTING_NANOS = 30_000_000_000L;

    private final RandomGenerator random;
    private long atNanos = NEVER;
    private int attempt;
    private int shortLived;

    HandshakeSchedule(RandomGenerator random) {
        this.random = random;
    }

    long atNanos() {
        return atNanos;
    }

    boolean waiting() {
        return atNanos != NEVER;
    }

    /** There is somewhere new to try. */
    void atOnce() {
        attempt = 0;
        atNanos = Long.MIN_VALUE;
    }

    /** The session needs new keys. */
    void rekey(long nowNanos) {
        attempt = 0;
        atNanos = nowNanos;
    }

    void attempted(long nowNanos) {
        atNanos = nowNanos + Retry.delayNanos(attempt, random.nextDouble());
        attempt++;
    }

    void established() {
        attempt = 0;
        atNanos = NEVER;
    }

    /** A session ended that was born then. */
    void lost(long bornNanos, long delayNanos, long nowNanos) {
        shortLived = nowNanos - bornNanos >= LASTING_NANOS ? 0 : shortLived + 1;
        long penance = shortLived < 2 ? 0 : Retry.delayNanos(shortLived - 2, random.nextDouble());
        attempt = 0;
        atNanos = nowNanos + Math.max(delayNanos, penance);
    }

    void never() {
        atNanos = NEVER;
    }
}
