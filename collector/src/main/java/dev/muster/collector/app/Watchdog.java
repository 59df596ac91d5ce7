package dev.muster.collector.app;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Tells the service manager that the collector works, as long as it does: each sign of life has passed through the thread that it speaks
 * for, so that one that hangs is not heard, and the manager starts the collector anew.
 */
final class Watchdog implements AutoCloseable {
    /** systemd.service(5) asks for half its time; a third leaves room for one that is late. */
    private static final int SIGNS_IN_ITS_TIME = 3;

    private final ServiceManager manager;
    private final Consumer<Runnable> whenAlive;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("watchdog").daemon().unstarted(task));

    /** @param whenAlive runs what it is given, soon, and only while the collector works; from any thread */
    Watchdog(ServiceManager manager, Consumer<Runnable> whenAlive) {
        this.manager = manager;
        this.whenAlive = whenAlive;
    }

    /** Begins; does nothing where the manager wants no signs of life. */
    Watchdog start() {
        manager.watchdog().ifPresent(this::every);
        return this;
    }

    private void every(Duration time) {
        long pauseMillis = Math.max(1, time.toMillis() / SIGNS_IN_ITS_TIME);
        var _ = executor.scheduleWithFixedDelay(this::look, pauseMillis, pauseMillis, TimeUnit.MILLISECONDS);
    }

    private void look() {
        whenAlive.accept(() -> manager.tell(ServiceManager.ALIVE));
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
