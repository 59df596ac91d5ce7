package dev.muster.collector.delivery;

import java.time.Instant;
import java.util.Optional;

/**
 * How mail is doing, for {@code status} and metrics. Counters run from the start of the process.
 *
 * @param since when {@code state} began
 * @param lastError the last thing that went wrong, one line, no secret
 * @param sent mails that every recipient got
 * @param failed attempts that have to be repeated
 * @param refused rows given up: refused for good, or not delivered in seven days
 */
public record DeliveryStatus(
        State state, Instant since, Optional<String> lastError, long sent, long failed, long refused) {
    public enum State {
        /** No section {@code mail}: rows wait, for seven days at most. */
        NOT_CONFIGURED,
        WORKING,
        /** The mail server does not serve us: rows wait. */
        SERVER_FAILING,
        /** The outbox cannot be read or written: nothing is sent until it can. */
        OUTBOX_FAILING,
        STOPPED
    }
}
