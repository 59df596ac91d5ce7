package dev.muster.collector.api;

import dev.muster.collector.apply.Input;
import dev.muster.collector.apply.Inputs;
import dev.muster.collector.apply.Outcome;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;

/** Answers {@link #outcome}, an enrolment token where nothing else was set, unless {@link #full}; remembers what was wanted. */
public final class FakeInputs implements Inputs {
    public final AtomicReference<Optional<Input<?>>> last = new AtomicReference<>(Optional.empty());
    public volatile boolean full;
    public volatile Outcome outcome = new Outcome.TokenCreated("tok-123");

    @Override
    @SuppressWarnings("unchecked")
    public <R extends Outcome> Optional<CompletionStage<R>> offer(Input<R> input) {
        last.set(Optional.of(input));
        if (full) {
            return Optional.empty();
        }
        return Optional.of((CompletionStage<R>) CompletableFuture.completedFuture(outcome));
    }

    @Override
    public void whenRoom(Runnable action) {
        action.run();
    }
}
