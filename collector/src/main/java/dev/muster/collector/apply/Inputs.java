package dev.muster.collector.apply;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Where inputs are handed in. From any thread; never blocks. */
public interface Inputs {
    /**
     * Takes an input unless the queue is full. Inputs are applied in the order in which they were taken.
     *
     * @return completed on the apply worker after the commit, exceptionally only where the collector stops or its graph stays away;
     *     empty when the queue is full: keep the input, stop granting credit, and ask {@link #whenRoom}
     */
    <R extends Outcome> Optional<CompletionStage<R>> offer(Input<R> input);

    /** Runs {@code action} once, on the apply worker, as soon as the queue has room again; at once where it has room now. */
    void whenRoom(Runnable action);
}
