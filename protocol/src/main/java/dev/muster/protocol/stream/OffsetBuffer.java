package dev.muster.protocol.stream;

/**
 * Bytes at the absolute offsets {@code base} to {@code base + capacity}, in a ring that grows by doubling and is given
 * back when empty. It does not know which of its bytes were written: its owner does.
 */
final class OffsetBuffer {
    private static final int MIN_CAPACITY_BYTES = 2 << 10;

    private byte[] ring = new byte[0];
    private long base;

    /** First offset that is kept. */
    long base() {
        return base;
    }

    void write(long offset, byte[] source, int from, int length) {
        ensure(Math.toIntExact(offset + length - base));
        int at = index(offset);
        int head = Math.min(length, ring.length - at);
        System.arraycopy(source, from, ring, at, head);
        System.arraycopy(source, from + head, ring, 0, length - head);
    }

    void read(long offset, byte[] target, int from, int length) {
        int at = index(offset);
        int head = Math.min(length, ring.length - at);
        System.arraycopy(ring, at, target, from, head);
        System.arraycopy(ring, 0, target, from + head, length - head);
    }

    boolean matches(long offset, byte[] source, int from, int length) {
        for (int i = 0; i < length; i++) {
            if (ring[index(offset + i)] != source[from + i]) {
                return false;
            }
        }
        return true;
    }

    /** Forgets the bytes below. */
    void advance(long newBase) {
        base = newBase;
    }

    /** Gives the memory back; the bytes are lost. */
    void free() {
        ring = new byte[0];
    }

    private int index(long offset) {
        return (int) (offset & (ring.length - 1));
    }

    /** How much larger the ring would have to be to hold bytes up to this offset. */
    int growthBytes(long endOffset) {
        return Math.max(0, capacity(Math.toIntExact(endOffset - base)) - ring.length);
    }

    /** A power of two, so that an offset keeps its place however far base moves. */
    private static int capacity(int bytes) {
        return Math.max(MIN_CAPACITY_BYTES, Integer.highestOneBit(bytes - 1) << 1);
    }

    private void ensure(int bytes) {
        if (bytes <= ring.length) {
            return;
        }
        int capacity = capacity(bytes);
        byte[] old = ring;
        ring = new byte[capacity];
        for (long i = base; i < base + old.length; i++) {
            ring[index(i)] = old[(int) (i & (old.length - 1))];
        }
    }
}
