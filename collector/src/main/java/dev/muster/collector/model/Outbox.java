package dev.muster.collector.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What is still to be delivered by one route. Rows are written in the transaction of the event that they tell of; the delivery
 * worker claims, sends and settles them. Calls block on the graph.
 */
public interface Outbox {
    /** Routes; a row is of one. */
    String MAIL = "mail";

    String HOOKS = "hooks";

    /**
     * Claims rows that are due at {@code now} and not claimed by a live worker, oldest first. A claim lapses after
     * {@code lease}, so that rows of a worker that died are sent by the next one.
     */
    List<Row> claim(String worker, Instant now, Duration lease, int limit);

    /**
     * Voids every claim. For the start of the only collector of this graph: whoever made a claim before is dead, and
     * its rows need not wait until the claim lapses.
     */
    void voidClaims();

    /** The rows reached the receiver: they are never claimed again. */
    void delivered(List<Row> rows, Instant at);

    /** Try again at {@code nextAttempt}. */
    void retry(Row row, Instant nextAttempt, String error);

    /** The receiver will never take it: settled, with an event {@code delivery-refused}. */
    void refused(Row row, Instant at, String error);

    /** How many mails left since {@code since}, for the digest threshold; survives a restart. */
    int deliveredSince(Instant since);

    /** When the earliest unclaimed row falls due; {@link Instant#MAX} where there is none. */
    Instant nextDue();

    /**
     * One thing to deliver.
     *
     * @param id stable for ever; the Message-ID is made from it alone
     * @param route {@link #MAIL} or {@link #HOOKS}
     * @param events what it tells, in order; never empty
     * @param created when the event was committed
     * @param attempts how often it was tried before
     */
    record Row(String id, String route, List<Event> events, Instant created, int attempts) {
        public Row {
            events = List.copyOf(events);
        }
    }
}
