package dev.muster.agent.spool;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The index of one channel: what is held, by sequence number, contiguous. Bodies stay on disk.
 *
 * <p>Superseded neighbours are merged into one run, so that memory is bounded by the number of instances and not by how long the
 * collector has been away.
 */
final class HeldRecords {
    /** A record, or a run of NOPs. */
    static final class Held {
        private final long last;
        private final int type;
        private final String key;
        private final long offset;
        private final EntryLayout.Head head;
        private long first;
        private boolean handed;

        private Held(long first, long last, int type, String key, long offset, EntryLayout.Head head) {
            this.first = first;
            this.last = last;
            this.type = type;
            this.key = key;
            this.offset = offset;
            this.head = head;
        }

        long first() {
            return first;
        }

        long last() {
            return last;
        }

        int type() {
            return type;
        }

        /** Where the entry begins in the file; of no meaning for NOPs. */
        long offset() {
            return offset;
        }

        EntryLayout.Head head() {
            return head;
        }

        boolean isNop() {
            return head.kind() == EntryLayout.NOPS;
        }

        void handToNetwork() {
            handed = true;
        }

        private long bytes() {
            return head.entryBytes();
        }
    }

    private final SpoolChannel channel;
    private final TreeMap<Long, Held> bySeq = new TreeMap<>();
    /** The newest record of each key, for as long as it may be superseded. */
    private final Map<String, Held> newest = new HashMap<>();

    private long next = 1;
    private long bytes;

    HeldRecords(SpoolChannel channel) {
        this.channel = channel;
    }

    SpoolChannel channel() {
        return channel;
    }

    /** The sequence number that the next record gets. */
    long next() {
        return next;
    }

    /** The oldest held, or {@link #next()} where none is. */
    long first() {
        return bySeq.isEmpty() ? next : bySeq.firstEntry().getValue().first;
    }

    long count() {
        return next - first();
    }

    /** What the held entries take on disk. */
    long bytes() {
        return bytes;
    }

    Collection<Held> all() {
        return bySeq.values();
    }

    Collection<Held> from(long seq) {
        var at = bySeq.floorEntry(seq);
        boolean inside = at != null && at.getValue().last >= seq;
        return bySeq.tailMap(inside ? at.getKey() : seq, true).values();
    }

    /** The record that a new one of this key replaces: not yet given to the network. */
    Optional<Held> supersedable(String key) {
        return Optional.ofNullable(newest.get(key)).filter(held -> !held.handed);
    }

    /** {@code bytes()} as it would be after {@link #add} of an entry of this size. */
    long bytesWith(long entryBytes, Optional<Held> superseded) {
        return bytes
                + entryBytes
                - superseded.map(held -> held.bytes() - EntryLayout.HEAD_BYTES).orElse(0L);
    }

    void add(EntryLayout.Head head, String key, long offset) {
        Held held = new Held(head.seq(), head.seq(), head.type(), key, offset, head);
        put(held);
        next = head.seq() + 1;
        if (!key.isEmpty()) {
            newest.put(key, held);
        }
        if (head.other() != 0) {
            supersede(head.other());
        }
    }

    void addNops(long first, long last) {
        merge(first, last);
        next = last + 1;
    }

    void trim(long through) {
        while (!bySeq.isEmpty() && bySeq.firstEntry().getValue().first <= through) {
            Held oldest = remove(bySeq.firstKey());
            if (oldest.last > through) {
                oldest.first = through + 1;
                put(oldest);
            }
        }
        next = Math.max(next, through + 1);
    }

    /** A new association begins: nothing from here on has been given to it. */
    void forgetHanded() {
        bySeq.values().forEach(held -> held.handed = false);
    }

    void copyHandedFrom(HeldRecords other) {
        for (Held theirs : other.bySeq.values()) {
            Held ours = bySeq.get(theirs.first);
            if (ours != null) {
                ours.handed = theirs.handed;
            }
        }
    }

    private void supersede(long seq) {
        Held old = bySeq.get(seq);
        if (old != null && !old.isNop()) {
            remove(seq);
            merge(seq, seq);
        }
    }

    private void merge(long first, long last) {
        var before = bySeq.floorEntry(first);
        if (before != null && before.getValue().isNop()) {
            remove(before.getKey());
            merge(before.getValue().first, last);
            return;
        }
        var after = bySeq.get(last + 1);
        if (after != null && after.isNop()) {
            remove(last + 1);
            merge(first, after.last);
            return;
        }
        put(new Held(first, last, Spool.NOP, "", 0, EntryLayout.mark(EntryLayout.NOPS, channel, first, last)));
    }

    private void put(Held held) {
        bySeq.put(held.first, held);
        bytes += held.bytes();
    }

    private Held remove(long seq) {
        Held held = bySeq.remove(seq);
        if (held == null) {
            throw new IllegalStateException("no record " + seq);
        }
        bytes -= held.bytes();
        newest.remove(held.key, held);
        return held;
    }
}
