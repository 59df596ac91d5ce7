package dev.muster.agent.spool;

import dev.muster.agent.spool.HeldRecords.Held;
import dev.muster.protocol.stream.RecordType;
import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.wire.SpoolId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The durable queue between discovery and the network: {@link #append} → {@link #peek} → {@link #applied}. What was appended is sent
 * until the collector has applied it, whatever crashes in between; its bytes and its number stay the same once peeked.
 *
 * <p>A record with a key supersedes an older one of the same key that was not peeked yet; a NOP keeps the older one's number.
 *
 * <p>Thread-safe. Every method may wait for the disk: {@code append} forces it, so do not call it from an event loop.
 */
public final class Spool implements AutoCloseable {
    /** The record type that holds a superseded number; wire-protocol.md section 7. */
    public static final int NOP = RecordType.NOP;

    /** So that a goodbye or a key still fits when results have used up the size. */
    private static final long CONTROL_RESERVE_BYTES = 256 << 10;
    /** Rewriting pays once this much of the file, and half of it, is dead. */
    private static final long COMPACTION_SLACK_BYTES = 256 << 10;

    private static final int COPY_BUFFER_BYTES = 64 << 10;

    private final SpoolDisk disk;
    private final RandomGenerator random;
    private final long maxBytes;

    private SpoolFile file;
    private SpoolId id;
    private Map<SpoolChannel, HeldRecords> channels;
    private long fileBytes;
    private boolean tailUnknown;
    private long superseded;
    private long refused;
    private long cutBytes;
    private String trouble = "";

    private Spool(SpoolDisk disk, SpoolFile file, SpoolReplay replay, long maxBytes, RandomGenerator random) {
        this.disk = disk;
        this.file = file;
        this.maxBytes = maxBytes;
        this.random = random;
        channels = replay.channels();
        id = replay.id().orElseGet(() -> SpoolId.random(random));
        fileBytes = replay.goodBytes();
    }

    /**
     * Opens or makes the spool in a directory of its own.
     *
     * @param maxBytes of disk for records that were not applied; up to twice as much is used while the file is rewritten
     * @param random makes the id of a new spool
     * @throws SpoolException where the directory or file cannot be used
     */
    public static Spool open(Path directory, long maxBytes, RandomGenerator random) {
        try {
            return open(new DirectoryDisk(directory), maxBytes, random);
        } catch (IOException e) {
            throw new SpoolException("cannot open the spool in " + directory, e);
        }
    }

    static Spool open(SpoolDisk disk, long maxBytes, RandomGenerator random) throws IOException {
        SpoolFile file = disk.open();
        var replay = SpoolReplay.of(file);
        var spool = new Spool(disk, file, replay, maxBytes, random);
        spool.cutBytes = file.size() - replay.goodBytes();
        if (replay.end() == SpoolReplay.End.DAMAGED || replay.id().isEmpty()) {
            spool.renumber();
        } else if (replay.end() == SpoolReplay.End.TORN) {
            file.truncate(replay.goodBytes());
            file.force();
        }
        return spool;
    }

    public synchronized SpoolId id() {
        return id;
    }

    /**
     * Puts one record on stable storage.
     *
     * @param key names the thing of which this is a snapshot, so that it may supersede and be superseded; "" for an event
     * @param body not kept
     */
    public synchronized Append append(SpoolChannel channel, int type, String key, byte[] body) {
        byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
        if (keyBytes.length > EntryLayout.MAX_KEY_BYTES || body.length > EntryLayout.MAX_BODY_BYTES) {
            throw new IllegalArgumentException(
                    "key of " + keyBytes.length + " or body of " + body.length + " bytes is too long");
        }
        HeldRecords held = held(channel);
        Optional<Held> older = key.isEmpty() ? Optional.empty() : held.supersedable(key);
        var head = new EntryLayout.Head(
                EntryLayout.RECORD,
                channel.number(),
                type,
                body.length,
                held.next(),
                older.map(Held::first).orElse(0L),
                keyBytes.length,
                EntryLayout.tailCrc(keyBytes, body));
        if (isFull(channel, head, older)) {
            return refuse(Append.Reason.FULL, "the spool holds " + heldBytes() + " of " + maxBytes + " bytes");
        }
        return write(held, head, key, ByteBuffer.wrap(keyBytes), ByteBuffer.wrap(body));
    }

    /** Whether results are refused now; then nothing that would only be refused need be discovered. */
    public synchronized boolean isFull() {
        return heldBytes() + EntryLayout.HEAD_BYTES > maxBytes;
    }

    /**
     * The records from {@code seq} on, oldest first, and at least one where there is one: as many as fit in {@code maxBytes} of body.
     * They count as given to the network and are no longer superseded.
     *
     * @throws SpoolException where the disk does not give back what was written; then {@link #reset} saves what can be read
     */
    public synchronized List<StreamRecord> peek(SpoolChannel channel, long seq, int maxRecords, int maxBytes) {
        List<StreamRecord> records = new ArrayList<>();
        long bytes = 0;
        for (Held held : held(channel).from(seq)) {
            if (!records.isEmpty() && bytes + held.head().bodyBytes() > maxBytes) {
                break;
            }
            bytes += held.head().bodyBytes();
            byte[] body = held.isNop() ? new byte[0] : readBody(held);
            for (long n = Math.max(seq, held.first()); n <= held.last() && records.size() < maxRecords; n++) {
                records.add(new StreamRecord(n, held.type(), body));
            }
            held.handToNetwork();
            if (records.size() >= maxRecords) {
                break;
            }
        }
        return records;
    }

    /** The collector has applied everything of the channel through {@code seq}: it is deleted. A number never given out is ignored. */
    public synchronized void applied(SpoolChannel channel, long seq) {
        HeldRecords held = held(channel);
        if (seq < held.first() || seq >= held.next()) {
            return;
        }
        held.trim(seq);
        noteTrim(channel, seq);
        compactIfWorthwhile();
    }

    /**
     * What the collector's RESUME means. It deletes what was applied, and where the two do not fit together it makes a new spool.
     *
     * @param next the number that the collector wants next
     */
    public synchronized Resumption resume(SpoolChannel channel, SpoolId spool, long next) {
        if (!spool.equals(id)) {
            return new Resumption.OtherSpool();
        }
        HeldRecords held = held(channel);
        if (next < held.first()) {
            reset();
            return new Resumption.NewSpool(
                    Resumption.WentBack.COLLECTOR,
                    "collector went back: it wants " + channel + " " + next + ", the oldest held is later");
        }
        if (next > held.next()) {
            reset();
            return new Resumption.NewSpool(
                    Resumption.WentBack.AGENT,
                    "agent state went back: collector wants " + channel + " " + next + ", not yet made");
        }
        applied(channel, next - 1);
        held.forgetHanded();
        return new Resumption.SendFrom(next);
    }

    /** The number that the next record of the channel will get. */
    public synchronized long nextSeq(SpoolChannel channel) {
        return held(channel).next();
    }

    /**
     * A new id; what is held gets new numbers from 1. The caller sends the facts of every instance whole.
     *
     * @throws SpoolException where the disk is full or fails; the spool is then as before, try again
     */
    public synchronized void reset() {
        try {
            renumber();
        } catch (IOException e) {
            trouble = "cannot rewrite the spool: " + e.getMessage();
            throw new SpoolException("cannot rewrite the spool", e);
        }
    }

    public synchronized SpoolStatus status() {
        long count = channels.values().stream().mapToLong(HeldRecords::count).sum();
        return new SpoolStatus(id(), count, heldBytes(), maxBytes, fileBytes, superseded, refused, cutBytes, trouble);
    }

    @Override
    public synchronized void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new SpoolException("cannot close the spool", e);
        }
    }

    private Append write(HeldRecords held, EntryLayout.Head head, String key, ByteBuffer keyBytes, ByteBuffer body) {
        try {
            cutUnknownTail();
            tailUnknown = true;
            file.append(EntryLayout.head(head), keyBytes, body);
            file.force();
            tailUnknown = false;
        } catch (IOException e) {
            return refuse(Append.Reason.DISK, "cannot write to the spool: " + e.getMessage());
        }
        held.add(head, key, fileBytes);
        fileBytes += head.entryBytes();
        superseded += head.other() == 0 ? 0 : 1;
        trouble = "";
        compactIfWorthwhile();
        return new Append.Stored(head.seq());
    }

    /** After a write that failed, some of it may be there; it must go before anything else is written. */
    private void cutUnknownTail() throws IOException {
        if (tailUnknown) {
            file.truncate(fileBytes);
            file.force();
            tailUnknown = false;
        }
    }

    private Append refuse(Append.Reason reason, String text) {
        refused++;
        trouble = text;
        return new Append.Refused(reason, text);
    }

    private boolean isFull(SpoolChannel channel, EntryLayout.Head head, Optional<Held> older) {
        HeldRecords held = held(channel);
        long after = heldBytes() - held.bytes() + held.bytesWith(head.entryBytes(), older);
        long limit = switch (channel) {
            case CONTROL -> maxBytes + CONTROL_RESERVE_BYTES;
            case RESULTS -> maxBytes;
        };
        return after > limit;
    }

    private long heldBytes() {
        return channels.values().stream().mapToLong(HeldRecords::bytes).sum();
    }

    /** Not forced, and a failure is of no account: if it is lost, the collector's RESUME says the same again. */
    private void noteTrim(SpoolChannel channel, long seq) {
        try {
            cutUnknownTail();
            tailUnknown = true;
            file.append(EntryLayout.head(EntryLayout.mark(EntryLayout.TRIM, channel, seq, 0)));
            tailUnknown = false;
            fileBytes += EntryLayout.HEAD_BYTES;
        } catch (IOException e) {
            trouble = "cannot write to the spool: " + e.getMessage();
        }
    }

    private void compactIfWorthwhile() {
        long dead = fileBytes - heldBytes();
        if (dead <= COMPACTION_SLACK_BYTES || dead <= heldBytes()) {
            return;
        }
        try {
            rewrite(id(), Numbering.KEPT);
        } catch (IOException e) {
            trouble = "cannot rewrite the spool: " + e.getMessage();
        }
    }

    private void renumber() throws IOException {
        rewrite(SpoolId.random(random), Numbering.FROM_ONE);
    }

    private enum Numbering {
        KEPT,
        FROM_ONE
    }

    /** The old file stays in use until the new one is complete and in its place. */
    private void rewrite(SpoolId newId, Numbering numbering) throws IOException {
        SpoolFile replacement = disk.createReplacement();
        SpoolReplay replay;
        try {
            replay = fill(replacement, newId, numbering);
            disk.promoteReplacement();
        } catch (IOException e) {
            replacement.close();
            throw e;
        }
        SpoolFile old = file;
        file = replacement;
        adopt(replay, newId, numbering);
        old.close();
    }

    private SpoolReplay fill(SpoolFile replacement, SpoolId newId, Numbering numbering) throws IOException {
        replacement.append(EntryLayout.fileHeader(newId));
        for (HeldRecords held : channels.values()) {
            copy(held, replacement, numbering);
        }
        replacement.force();
        return SpoolReplay.of(replacement);
    }

    private void adopt(SpoolReplay replay, SpoolId newId, Numbering numbering) {
        Map<SpoolChannel, HeldRecords> before = channels;
        channels = replay.channels();
        id = newId;
        fileBytes = replay.goodBytes();
        tailUnknown = false;
        if (numbering == Numbering.KEPT) {
            before.values().forEach(held -> held(held.channel()).copyHandedFrom(held));
        }
    }

    private void copy(HeldRecords held, SpoolFile to, Numbering numbering) throws IOException {
        long next = numbering == Numbering.KEPT ? held.first() : 1;
        if (next > 1) {
            to.append(EntryLayout.head(EntryLayout.mark(EntryLayout.TRIM, held.channel(), next - 1, 0)));
        }
        ByteBuffer buffer = ByteBuffer.allocate(COPY_BUFFER_BYTES);
        for (Held record : held.all()) {
            switch (numbering) {
                case KEPT -> copyKept(held.channel(), record, to, buffer);
                case FROM_ONE -> next += copyRenumbered(record, next, to, buffer) ? 1 : 0;
            }
        }
    }

    private void copyKept(SpoolChannel channel, Held record, SpoolFile to, ByteBuffer buffer) throws IOException {
        if (record.isNop()) {
            to.append(EntryLayout.head(EntryLayout.mark(EntryLayout.NOPS, channel, record.first(), record.last())));
            return;
        }
        copyEntry(record, record.first(), to, buffer);
    }

    /** Leaves out NOPs, and what cannot be read back as it was written. */
    private boolean copyRenumbered(Held record, long seq, SpoolFile to, ByteBuffer buffer) throws IOException {
        if (record.isNop() || !isIntact(record)) {
            return false;
        }
        copyEntry(record, seq, to, buffer);
        return true;
    }

    private void copyEntry(Held record, long seq, SpoolFile to, ByteBuffer buffer) throws IOException {
        EntryLayout.Head head = record.head();
        to.append(EntryLayout.head(head.withNumber(seq)));
        long at = record.offset() + EntryLayout.HEAD_BYTES;
        long end = record.offset() + head.entryBytes();
        while (at < end) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
            file.read(buffer, at);
            at += buffer.flip().remaining();
            to.append(buffer);
        }
    }

    private boolean isIntact(Held record) {
        try {
            readBody(record);
            return true;
        } catch (SpoolException e) {
            return false;
        }
    }

    private byte[] readBody(Held record) {
        EntryLayout.Head head = record.head();
        byte[] key = new byte[head.keyBytes()];
        byte[] body = new byte[head.bodyBytes()];
        try {
            file.read(ByteBuffer.wrap(key), record.offset() + EntryLayout.HEAD_BYTES);
            file.read(ByteBuffer.wrap(body), record.offset() + EntryLayout.HEAD_BYTES + key.length);
            if (EntryLayout.tailCrc(key, body) != head.tailCrc()) {
                throw new IOException("wrong checksum");
            }
            return body;
        } catch (IOException e) {
            throw new SpoolException("cannot read record " + record.first() + " back from the spool", e);
        }
    }

    @SuppressWarnings("NullAway") // the map holds every channel
    private HeldRecords held(SpoolChannel channel) {
        return channels.get(channel);
    }
}
