package dev.muster.agent.app;

import dev.muster.protocol.session.Collector;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Looks up again and again where collectors are, on a thread of its own, since a name server may take its time. */
final class LookUp implements AutoCloseable {
    private static final Duration EVERY = Duration.ofMinutes(1);

    private final Whereabouts whereabouts;
    private final Consumer<List<Collector>> changed;
    private final AtomicReference<List<Collector>> known = new AtomicReference<>(List.of());
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("look-up").daemon().unstarted(task));

    /** @param changed told at first, and whenever the answer is another one */
    LookUp(Whereabouts whereabouts, Consumer<List<Collector>> changed) {
        this.whereabouts = whereabouts;
        this.changed = changed;
        timer.scheduleWithFixedDelay(this::look, 0, EVERY.toSeconds(), TimeUnit.SECONDS);
    }

    /** Soon: other keys may answer. */
    void again() {
        timer.execute(this::look);
    }

    private void look() {
        List<Collector> found = whereabouts.lookUp();
        if (!found.equals(known.getAndSet(found))) {
            changed.accept(found);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
