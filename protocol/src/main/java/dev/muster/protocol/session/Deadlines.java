package dev.muster.protocol.session;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * When each association wants attention next; the association itself holds the time. A deadline that moves later, as with each packet that
 * is heard, leaves the heap alone: the entry surfaces too early and is put back. One that moves earlier gets an entry more, and the one before is
 * skipped when it surfaces.
 */
final class Deadlines {
    private static final long NEVER = Long.MAX_VALUE;

    private record Entry(long atNanos, Association association) {
        /** Not one that an earlier one replaced. */
        boolean current() {
            return association.queuedNanos() == atNanos;
        }
    }

    private final PriorityQueue<Entry> heap = new PriorityQueue<>(Comparator.comparingLong(Entry::atNanos));
    private int current;

    void set(Association association, long atNanos) {
        association.wantedNanos(atNanos);
        if (atNanos < association.queuedNanos()) {
            enqueue(association, atNanos);
        }
    }

    void remove(Association association) {
        association.wantedNanos(NEVER);
        dequeue(association);
    }

    /** The next association that is due, or null. */
    @Nullable
    Association poll(long nowNanos) {
        while (!heap.isEmpty() && heap.peek().atNanos <= nowNanos) {
            Entry entry = heap.remove();
            if (!entry.current()) {
                continue;
            }
            Association association = entry.association;
            dequeue(association);
            long wanted = association.wantedNanos();
            if (wanted <= nowNanos) {
                association.wantedNanos(NEVER);
                return association;
            }
            enqueue(association, wanted);
        }
        return null;
    }

    /** When to {@link #poll}; now and then nobody is due then. */
    long next() {
        while (!heap.isEmpty() && !heap.peek().current()) {
            heap.remove();
        }
        return heap.isEmpty() ? NEVER : heap.peek().atNanos;
    }

    private void enqueue(Association association, long atNanos) {
        dequeue(association);
        association.queuedNanos(atNanos);
        heap.add(new Entry(atNanos, association));
        current++;
        if (heap.size() > 4 * current + 64) {
            heap.removeIf(entry -> !entry.current());
        }
    }

    private void dequeue(Association association) {
        if (association.queuedNanos() != NEVER) {
            association.queuedNanos(NEVER);
            current--;
        }
    }
}
