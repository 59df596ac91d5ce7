package dev.muster.collector.link;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread that reads JSON, so that the event loop does not, in the order in which records came. Bounded in tasks and in bytes. */
final class Decoder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Decoder.class);
    private static final int MAX_TASKS = 4_096;

    /** Two of the largest records there can be. */
    private static final long MAX_BYTES = 64L << 20;

    private final ThreadPoolExecutor thread;
    private final AtomicLong bytes = new AtomicLong();

    Decoder(ThreadFactory threads) {
        thread = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_TASKS), threads);
    }

    /** Runs the task later; false if too much waits already, and then it will not run. */
    boolean submit(int size, Runnable task) {
        if (bytes.addAndGet(size) > MAX_BYTES) {
            bytes.addAndGet(-size);
            return false;
        }
        try {
            thread.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    // Nothing was applied, so the agent sends it again after its next handshake.
                    LOG.error("event=decode-failed", e);
                } finally {
                    bytes.addAndGet(-size);
                }
            });
            return true;
        } catch (RejectedExecutionException e) {
            bytes.addAndGet(-size);
            return false;
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
