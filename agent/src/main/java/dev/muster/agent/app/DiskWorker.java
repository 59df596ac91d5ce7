package dev.muster.agent.app;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread for the few writes that the event loop wants done: a disk that hangs must not stop the heartbeats, else every neighbour
 * would report this host. In order; what is too much for the queue is dropped and logged.
 */
final class DiskWorker implements Executor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DiskWorker.class);

    /** More than neighbours can fall silent and return while a disk hangs for a minute. */
    private static final int QUEUE = 256;

    private static final Duration STOP_WAIT = Duration.ofSeconds(2);

    private final ThreadPoolExecutor worker = new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUE),
            task -> Thread.ofPlatform().name("disk").daemon().unstarted(task));

    DiskWorker() {
        worker.allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable task) {
        try {
            worker.execute(() -> guarded(task));
        } catch (RejectedExecutionException e) {
            LOG.error("event=disk-write-dropped queued={}", worker.getQueue().size());
        }
    }

    /** Waits a little for what is queued. */
    @Override
    public void close() {
        worker.shutdown();
        try {
            if (!worker.awaitTermination(STOP_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn(
                        "event=disk-writes-abandoned queued={}",
                        worker.getQueue().size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("event=disk-write-failed", e);
        }
    }
}
