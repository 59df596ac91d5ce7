package dev.muster.collector.delivery;

import java.time.Duration;

/** How long to wait after a failure. Implementation choices, doubling from the first wait to the longest. */
final class Backoff {
    /** A mail that the server put off: greylisting lets it pass after some minutes; RFC 5321, 4.5.4.1 asks for patience. */
    private static final Duration FIRST_MAIL_WAIT = Duration.ofSeconds(30);

    private static final Duration LONGEST_MAIL_WAIT = Duration.ofHours(1);

    /** A server that is not there: soon again, since a restart takes seconds and alerts should not wait. */
    private static final Duration FIRST_SERVER_WAIT = Duration.ofSeconds(5);

    private static final Duration LONGEST_SERVER_WAIT = Duration.ofMinutes(5);

    private Backoff() {}

    /** @param attempts how often this mail was tried before this failure */
    static Duration ofMail(int attempts) {
        return doubled(FIRST_MAIL_WAIT, attempts, LONGEST_MAIL_WAIT);
    }

    /** @param failures how often in a row the server failed before this failure */
    static Duration ofServer(int failures) {
        return doubled(FIRST_SERVER_WAIT, failures, LONGEST_SERVER_WAIT);
    }

    private static Duration doubled(Duration first, int times, Duration longest) {
        // 20 doublings of a second are 12 days, above every longest wait and far from overflow.
        Duration wait = first.multipliedBy(1L << Math.clamp(times, 0, 20));
        return wait.compareTo(longest) < 0 ? wait : longest;
    }
}
