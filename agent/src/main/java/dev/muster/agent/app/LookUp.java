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

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("look-up").daemon().unstarted(task));

    /** @param changed told at first, and whenever the answer is another one */
    LookUp(Whereabouts whereabouts, Consumer<List<Collector>> changed) {
        var known = new AtomicReference<List<Collector>>(List.of());
        timer.scheduleWithFixedDelay(
                () -> {
                    List<Collector> found = whereabouts.lookUp();
                    if (!found.equals(known.getAndSet(found))) {
                        changed.accept(found);
                    }
                },
                0,
                EVERY.toSeconds(),
                TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
