package dev.muster.protocol.session;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** When each association wants attention next. A changed deadline leaves its old entry in the heap, to be skipped when it surfaces. */
final class Deadlines {
    private record Entry(long atNanos, Association association) {}

    private final PriorityQueue<Entry> heap = new PriorityQueue<>(Comparator.comparingLong(Entry::atNanos));
    private final Map<Association, Long> wanted = new HashMap<>();

    void set(Association association, long atNanos) {
        Long before = wanted.put(association, atNanos);
        if (before == null || before != atNanos) {
            heap.add(new Entry(atNanos, association));
        }
        if (heap.size() > 4 * wanted.size() + 64) {
            rebuild();
        }
    }

    void remove(Association association) {
        wanted.remove(association);
    }

    /** The next association that is due, or null. */
    @Nullable
    Association poll(long nowNanos) {
        while (!heap.isEmpty() && heap.peek().atNanos <= nowNanos) {
            Entry entry = heap.remove();
            if (current(entry)) {
                wanted.remove(entry.association);
                return entry.association;
            }
        }
        return null;
    }

    long next() {
        while (!heap.isEmpty() && !current(heap.peek())) {
            heap.remove();
        }
        return heap.isEmpty() ? Long.MAX_VALUE : heap.peek().atNanos;
    }

    private boolean current(Entry entry) {
        Long at = wanted.get(entry.association);
        return at != null && at == entry.atNanos;
    }

    private void rebuild() {
        heap.clear();
        wanted.forEach((association, at) -> heap.add(new Entry(at, association)));
    }
}
