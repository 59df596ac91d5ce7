package dev.muster.protocol.udp;

import dev.muster.protocol.transport.Offload;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Threads for Diffie-Hellman, behind a bounded queue: at 0.45 ms each, a full queue is 60 ms of work. */
final class HandshakeWorkers implements Offload, AutoCloseable {
    private static final int WORKERS = 2;
    private static final int QUEUE = 256;

    private final Executor loop;
    private final ThreadPoolExecutor workers = new ThreadPoolExecutor(
            WORKERS,
            WORKERS,
            1,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUE),
            new DefaultThreadFactory("muster-handshake", true));

    /** @param loop where results go: the owner's thread */
    HandshakeWorkers(Executor loop) {
        this.loop = loop;
        workers.allowCoreThreadTimeOut(true); // an agent never needs them
    }

    @Override
    public <T> boolean submit(Supplier<T> work, Consumer<T> done) {
        try {
            workers.execute(() -> {
                T result = work.get();
                loop.execute(() -> done.accept(result));
            });
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
