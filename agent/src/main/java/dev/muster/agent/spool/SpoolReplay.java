package dev.muster.agent.spool;

import dev.muster.protocol.wire.SpoolId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the file after a start and says how much of it counts.
 *
 * <p>A file can end in a write that the crash tore: it never counted and is cut off. Anything else that does not fit is damage to
 * something that may have been sent; then sequence numbers can no longer be trusted to mean the same here and at the collector, and the
 * intact records must get a new spool id and new numbers.
 */
final class SpoolReplay {
    enum End {
        /** Every byte counts. */
        WHOLE,
        /** What follows {@code goodBytes} is a torn write. */
        TORN,
        /** What follows {@code goodBytes} is damaged. */
        DAMAGED
    }

    private final SpoolFile file;
    private final long size;
    private final Map<SpoolChannel, HeldRecords> channels = new EnumMap<>(SpoolChannel.class);
    private @Nullable SpoolId id;
    private long at;
    private End end = End.WHOLE;

    private SpoolReplay(SpoolFile file) throws IOException {
        this.file = file;
        size = file.size();
        for (SpoolChannel channel : SpoolChannel.values()) {
            channels.put(channel, new HeldRecords(channel));
        }
    }

    static SpoolReplay of(SpoolFile file) throws IOException {
        var replay = new SpoolReplay(file);
        replay.readHeader();
        while (replay.end == End.WHOLE && replay.at < replay.size) {
            replay.end = replay.readEntry();
        }
        return replay;
    }

    Map<SpoolChannel, HeldRecords> channels() {
        return channels;
    }

    /** Empty where the file has no intact header, so nothing in it counts. */
    Optional<SpoolId> id() {
        return Optional.ofNullable(id);
    }

    long goodBytes() {
        return at;
    }

    End end() {
        return end;
    }

    private void readHeader() throws IOException {
        if (size >= EntryLayout.FILE_HEADER_BYTES) {
            id = EntryLayout.readFileHeader(bytes(0, EntryLayout.FILE_HEADER_BYTES));
        }
        if (id == null) {
            end = size < EntryLayout.FILE_HEADER_BYTES ? End.TORN : End.DAMAGED;
            return;
        }
        at = EntryLayout.FILE_HEADER_BYTES;
    }

    private End readEntry() throws IOException {
        if (size - at < EntryLayout.HEAD_BYTES) {
            return End.TORN;
        }
        EntryLayout.Head head = EntryLayout.readHead(bytes(at, EntryLayout.HEAD_BYTES));
        if (head == null) {
            return isZeroFrom(at) ? End.TORN : End.DAMAGED;
        }
        if (size - at < head.entryBytes()) {
            return End.TORN;
        }
        byte[] key = bytes(at + EntryLayout.HEAD_BYTES, head.keyBytes());
        byte[] body = bytes(at + EntryLayout.HEAD_BYTES + head.keyBytes(), head.bodyBytes());
        if (EntryLayout.tailCrc(key, body) != head.tailCrc() || !take(head, new String(key, StandardCharsets.UTF_8))) {
            return End.DAMAGED;
        }
        at += head.entryBytes();
        return End.WHOLE;
    }

    private boolean take(EntryLayout.Head head, String key) {
        HeldRecords held = channel(head.channel());
        switch (head.kind()) {
            case EntryLayout.TRIM -> held.trim(head.seq());
            case EntryLayout.NOPS -> {
                if (head.seq() != held.next()) {
                    return false;
                }
                held.addNops(head.seq(), head.other());
            }
            default -> {
                if (head.seq() != held.next()) {
                    return false;
                }
                held.add(head, key, at);
            }
        }
        return true;
    }

    @SuppressWarnings("NullAway") // the map holds every channel
    private HeldRecords channel(int number) {
        return channels.get(SpoolChannel.ofNumber(number));
    }

    private boolean isZeroFrom(long from) throws IOException {
        for (long position = from; position < size; position += 4_096) {
            for (byte b : bytes(position, (int) Math.min(4_096, size - position))) {
                if (b != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    private byte[] bytes(long position, int length) throws IOException {
        byte[] bytes = new byte[length];
        file.read(ByteBuffer.wrap(bytes), position);
        return bytes;
    }
}
