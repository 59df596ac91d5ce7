package dev.muster.collector.delivery;

import dev.muster.collector.delivery.MailConfig.DigestLimit;
import dev.muster.collector.model.Outbox;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;

/**
 * Decides between mails and digests. Below the limit each row is a mail of its own. At the limit rows gather, and a
 * digest takes what has gathered at most {@value #DIGESTS_PER_WINDOW} times a window.
 *
 * <p>The outbox's count survives a restart; our own also counts mails that only some recipients took. The larger counts.
 */
final class SendWindow {
    /** With the standard window of ten minutes a digest every two: rare enough to read, soon enough to act. */
    private static final int DIGESTS_PER_WINDOW = 5;

    private final DigestLimit limit;
    private final Outbox outbox;
    private final ArrayDeque<Instant> sent = new ArrayDeque<>();

    SendWindow(DigestLimit limit, Outbox outbox) {
        this.limit = limit;
        this.outbox = outbox;
    }

    void sent(Instant at) {
        sent.addLast(at);
    }

    boolean full(Instant now) {
        Instant since = now.minus(limit.window());
        while (!sent.isEmpty() && sent.getFirst().isBefore(since)) {
            sent.removeFirst();
        }
        return sent.size() >= limit.mails() || outbox.deliveredSince(since) >= limit.mails();
    }

    /** While {@link #full}: when the next digest may leave. */
    Instant nextDigest() {
        Duration pause = limit.window().dividedBy(DIGESTS_PER_WINDOW);
        return sent.isEmpty() ? Instant.MIN : sent.getLast().plus(pause);
    }
}
