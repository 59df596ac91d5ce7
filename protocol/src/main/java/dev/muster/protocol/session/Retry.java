package dev.muster.protocol.session;

/** When to try a handshake again: after 1, 2, 4, 8, 16, 16 … s, each half as much more or less, so that a fleet does not march in step. */
final class Retry {
    static final long FIRST_NANOS = 1_000_000_000L;
    static final long MAX_NANOS = 16_000_000_000L;

    private Retry() {}

    /**
     * The wait after an attempt.
     *
     * @param attempt 0 for the first
     * @param jitter uniform in [0, 1)
     */
    static long delayNanos(int attempt, double jitter) {
        long base = attempt >= 4 ? MAX_NANOS : FIRST_NANOS << attempt;
        return (long) (base * (0.5 + jitter));
    }
}
