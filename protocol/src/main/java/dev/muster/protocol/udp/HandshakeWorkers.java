package dev.muster.protocol.udp;

import dev.muster.protocol.transport.Offload;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Threads for Diffie-Hellman, behind a bounded queue: at 0.45 ms each, a full queue is 60 ms of work. */
final class HandshakeWorkers implements Offload, AutoCloseable {
    static final int WORKERS = 2;
    static final int QUEUE = 256;

    private final Executor loop;
    private final ThreadPoolExecutor workers = new ThreadPoolExecutor(
            WORKERS,
            WORKERS,
            1,
            TimeUnit.SECONDS,
            new Queue(),
            Thread.ofPlatform().daemon().name("muster-handshake-", 1).factory());

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

    /**
     * In order while it is short. From half full on the newest goes first (specification): whoever waited long has tried again meanwhile,
     * so a queue in order would answer everybody too late.
     */
    private static final class Queue extends LinkedBlockingDeque<Runnable> {
        private static final long serialVersionUID = 1L;

        Queue() {
            super(QUEUE);
        }

        /** Called by the owner's thread only, so what is asked first still holds, or there is more room. */
        @Override
        public boolean offer(Runnable work) {
            return size() >= QUEUE / 2 ? offerFirst(work) : offerLast(work);
        }
    }
}
