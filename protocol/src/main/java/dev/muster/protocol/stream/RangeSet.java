package dev.muster.protocol.stream;

import java.util.Arrays;

/**
 * Disjoint, non-touching ranges of longs, ascending; the end of a range is excluded. A sorted array: the sets here hold
 * a few dozen ranges, where a tree is slower and larger.
 */
final class RangeSet {
    /** Most sets of most associations stay empty. */
    private static final long[] NONE = {};

    private long[] starts = NONE;
    private long[] ends = NONE;
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    long start(int index) {
        return starts[index];
    }

    long end(int index) {
        return ends[index];
    }

    boolean contains(long value) {
        int i = firstEndingAfter(value);
        return i < size && starts[i] <= value;
    }

    /** Whether any value of the range is in the set. */
    boolean intersects(long start, long end) {
        int i = firstEndingAfter(start);
        return start < end && i < size && starts[i] < end;
    }

    /** How many ranges there would be after {@link #add}. */
    int sizeWith(long start, long end) {
        return size + 1 - (firstStartingAfter(end) - firstEndingAfter(start - 1));
    }

    void add(long start, long end) {
        if (start >= end) {
            return;
        }
        int from = firstEndingAfter(start - 1);
        int to = firstStartingAfter(end);
        long newStart = from < to ? Math.min(start, starts[from]) : start;
        long newEnd = from < to ? Math.max(end, ends[to - 1]) : end;
        resize(from, to, 1);
        starts[from] = newStart;
        ends[from] = newEnd;
    }

    void remove(long start, long end) {
        int from = firstEndingAfter(start);
        int to = firstStartingAfter(end - 1);
        if (start >= end || from >= to) {
            return;
        }
        long leftStart = starts[from];
        long rightEnd = ends[to - 1];
        int left = leftStart < start ? 1 : 0;
        int right = rightEnd > end ? 1 : 0;
        resize(from, to, left + right);
        if (left == 1) {
            starts[from] = leftStart;
            ends[from] = start;
        }
        if (right == 1) {
            starts[from + left] = end;
            ends[from + left] = rightEnd;
        }
    }

    void removeFirst() {
        resize(0, 1, 0);
    }

    /** Index of the first range with {@code end > value}. */
    private int firstEndingAfter(long value) {
        int at = Arrays.binarySearch(ends, 0, size, value);
        return at >= 0 ? at + 1 : -at - 1;
    }

    /** Index of the first range with {@code start > value}. */
    private int firstStartingAfter(long value) {
        int at = Arrays.binarySearch(starts, 0, size, value);
        return at >= 0 ? at + 1 : -at - 1;
    }

    /** Replaces the ranges {@code from..to-1} by {@code count} unset ones. */
    private void resize(int from, int to, int count) {
        int newSize = size - (to - from) + count;
        if (newSize > starts.length) {
            starts = Arrays.copyOf(starts, newSize * 2);
            ends = Arrays.copyOf(ends, newSize * 2);
        }
        System.arraycopy(starts, to, starts, from + count, size - to);
        System.arraycopy(ends, to, ends, from + count, size - to);
        size = newSize;
    }
}
