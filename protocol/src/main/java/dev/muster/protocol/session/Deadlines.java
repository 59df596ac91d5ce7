package dev.muster.protocol.session;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * When each association wants attention next; the association itself holds the time. A changed deadline leaves its old entry in the heap, to
 * be skipped when it surfaces.
 */
final class Deadlines {
    private static final long NEVER = Long.MAX_VALUE;

    private record Entry(long atNanos, Association association) {
        boolean current() {
            return association.wantedNanos() == atNanos;
        }
    }

    private final PriorityQueue<Entry> heap = new PriorityQueue<>(Comparator.comparingLong(Entry::atNanos));
    private int waiting;

    void set(Association association, long atNanos) {
        if (association.wantedNanos() == atNanos) {
            return;
        }
        remove(association);
        waiting++;
        association.wantedNanos(atNanos);
        heap.add(new Entry(atNanos, association));
        if (heap.size() > 4 * waiting + 64) {
            heap.removeIf(entry -> !entry.current());
        }
    }

    void remove(Association association) {
        if (association.wantedNanos() != NEVER) {
            waiting--;
            association.wantedNanos(NEVER);
        }
    }

    /** The next association that is due, or null. */
    @Nullable
    Association poll(long nowNanos) {
        while (!heap.isEmpty() && heap.peek().atNanos <= nowNanos) {
            Entry entry = heap.remove();
            if (entry.current()) {
                remove(entry.association);
                return entry.association;
            }
        }
        return null;
    }

    long next() {
        while (!heap.isEmpty() && !heap.peek().current()) {
            heap.remove();
        }
        return heap.isEmpty() ? NEVER : heap.peek().atNanos;
    }
}
