package dev.muster.collector.model;

import java.util.List;

/** Learns that something was committed. Called on the apply worker after each commit, in commit order: answer at once. */
public interface CommitListener {
    /**
     * The commit is durable.
     *
     * @param events the events of the commit in order of {@code seq}; they may be none
     * @param outbox whether rows were written that the delivery worker should look at
     */
    void committed(List<Event> events, OutboxChange outbox);

    /** Whether there is something new to deliver. */
    enum OutboxChange {
        UNCHANGED,
        ROWS_ADDED
    }
}
