package dev.muster.collector.apply;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Inputs that wait, bounded in number and size. Many threads put, one takes. */
final class InputQueue {
    /** Measured: 50 small updates in one transaction cost 0.34 ms each, alone 5.7 ms. */
    private static final int BATCH_INPUTS = 50;

    /** Five first registrations of 80 kB: beyond that a larger transaction gains little. */
    private static final long BATCH_BYTES = 400_000;

    /** About what an instance's name and hash take. */
    private static final long SUMMARY_ROW = 150;

    private final int maxInputs;
    private final long maxBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final ArrayDeque<Entry<?>> entries = new ArrayDeque<>();
    private final List<Runnable> waiting = new ArrayList<>();
    private long bytes;
    private boolean closed;

    InputQueue(int maxInputs, long maxBytes) {
        this.maxInputs = maxInputs;
        this.maxBytes = maxBytes;
    }

    /** An input and who waits for what becomes of it. */
    record Entry<R extends Outcome>(Input<R> input, long bytes, CompletableFuture<R> outcome) {
        /** The type parameter of {@link Input} says which outcome belongs to it; {@link Decisions} keeps to that. */
        @SuppressWarnings("unchecked")
        void complete(Outcome with) {
            outcome.complete((R) with);
        }

        void fail(Throwable cause) {
            outcome.completeExceptionally(cause);
        }
    }

    <R extends Outcome> Optional<CompletionStage<R>> offer(Input<R> input) {
        var entry = new Entry<>(input, weight(input), new CompletableFuture<R>());
        lock.lock();
        try {
            if (closed) {
                entry.fail(new ApplyException("the collector stops"));
                return Optional.of(entry.outcome());
            }
            boolean full = entries.size() >= maxInputs || bytes + entry.bytes() > maxBytes;
            if (full && !entries.isEmpty()) {
                return Optional.empty();
            }
            entries.add(entry);
            bytes += entry.bytes();
            arrived.signal();
            return Optional.of(entry.outcome().minimalCompletionStage());
        } finally {
            lock.unlock();
        }
    }

    void whenRoom(Runnable action) {
        lock.lock();
        try {
            if (!hasRoom()) {
                waiting.add(action);
                return;
            }
        } finally {
            lock.unlock();
        }
        action.run();
    }

    /** The next batch; waits for one, and is empty once the queue is closed and drained. */
    List<Entry<?>> take() throws InterruptedException {
        List<Runnable> woken = List.of();
        List<Entry<?>> batch = new ArrayList<>();
        lock.lock();
        try {
            while (entries.isEmpty() && !closed) {
                arrived.await();
            }
            long size = 0;
            while (!entries.isEmpty() && batch.size() < BATCH_INPUTS) {
                size += entries.peek().bytes();
                if (size > BATCH_BYTES && !batch.isEmpty()) {
                    break;
                }
                batch.add(entries.remove());
                bytes -= batch.getLast().bytes();
            }
            if (hasRoom()) {
                woken = List.copyOf(waiting);
                waiting.clear();
            }
        } finally {
            lock.unlock();
        }
        woken.forEach(Runnable::run);
        return batch;
    }

    /** Whether it would wait now. */
    boolean isIdle() {
        lock.lock();
        try {
            return entries.isEmpty() && !closed;
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing more. What waits is returned by {@link #take} still. */
    void close() {
        lock.lock();
        try {
            closed = true;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean hasRoom() {
        return closed || (entries.size() <= maxInputs / 2 && bytes <= maxBytes / 2);
    }

    private static long weight(Input<?> input) {
        return switch (input) {
            case Input.FactsRecord record -> 500 + weight(record.facts().data());
            case Input.Undecodable bad -> 500 + bad.body().length();
            case Input.SummedUp said -> 500 + SUMMARY_ROW * said.runs().size();
            case Input.Listed said -> 500 + SUMMARY_ROW * said.hashes().size();
            default -> 500;
        };
    }

    /** About the characters of its JSON. */
    private static long weight(JsonNode node) {
        if (node.isTextual()) {
            return node.textValue().length() + 3L;
        }
        long sum = 6;
        if (node.isObject()) {
            for (var field : node.properties()) {
                sum += field.getKey().length() + 4L + weight(field.getValue());
            }
        } else {
            for (JsonNode element : node) {
                sum += weight(element);
            }
        }
        return sum;
    }
}
