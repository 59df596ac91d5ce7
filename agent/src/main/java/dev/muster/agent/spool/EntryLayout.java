package dev.muster.agent.spool;

import dev.muster.protocol.wire.SpoolId;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The spool's file: a header, then entries, each appended and forced to disk before it counts. All integers big-endian.
 *
 * <pre>
 * header (32 bytes)
 *  0                 8                                  24        28        32
 * +-----------------+----------------------------------+---------+---------+
 * | "musterS1"      | spool id 16                      | 0       | crc32c  |  crc over bytes 0..27
 * +-----------------+----------------------------------+---------+---------+
 *
 * entry (40 bytes + key + body)
 *  0      1     2      4       8        16       24      28    32      36      40
 * +------+-----+------+-------+--------+--------+-------+-----+-------+-------+-----+------+
 * | kind | ch  | type | body  | seq    | other  | key   | 0   | crc   | crc   | key | body |
 * | 1    | 1   | 2    | len 4 | 8      | seq 8  | len 4 | 4   | tail 4| head 4|     |      |
 * +------+-----+------+-------+--------+--------+-------+-----+-------+-------+-----+------+
 * kind 1 RECORD  one durable record; other, where not 0, names an earlier record of the channel that becomes a NOP
 * kind 2 TRIM    everything of the channel through seq was applied; no key, no body
 * kind 3 NOPS    the records seq to other, both included, are NOPs; no key, no body
 * crc head: crc32c over bytes 0..35; crc tail: crc32c over key and body
 * </pre>
 *
 * The head has a checksum of its own, so that a length can be believed: an intact head whose key and body are cut short is a torn
 * write, which never counted, whereas a complete entry with a wrong checksum is damage to something that did count.
 */
final class EntryLayout {
    static final int FILE_HEADER_BYTES = 32;
    static final int HEAD_BYTES = 40;
    static final byte RECORD = 1;
    static final byte TRIM = 2;
    static final byte NOPS = 3;
    /** A type name and an instance of the longest allowed size in UTF-8. */
    static final int MAX_KEY_BYTES = 8_192;
    /** wire-protocol.md section 7: body_len. */
    static final int MAX_BODY_BYTES = 4 << 20;

    private static final long MAGIC = 0x6D75737465725331L; // "musterS1"

    private EntryLayout() {}

    /** The fixed part of an entry. */
    record Head(byte kind, int channel, int type, int bodyBytes, long seq, long other, int keyBytes, int tailCrc) {
        long entryBytes() {
            return (long) HEAD_BYTES + keyBytes + bodyBytes;
        }

        /** The same entry under another number, superseding nothing. */
        Head withNumber(long newSeq) {
            return new Head(kind, channel, type, bodyBytes, newSeq, 0, keyBytes, tailCrc);
        }

        private boolean isPlausible() {
            boolean sizes = bodyBytes >= 0 && bodyBytes <= MAX_BODY_BYTES && keyBytes >= 0 && keyBytes <= MAX_KEY_BYTES;
            boolean order = switch (kind) {
                case RECORD -> seq > 0 && other >= 0 && other < seq;
                case TRIM -> seq >= 0;
                case NOPS -> seq > 0 && other >= seq;
                default -> false;
            };
            return sizes && order && SpoolChannel.isNumber(channel);
        }
    }

    static ByteBuffer fileHeader(SpoolId id) {
        ByteBuffer header = ByteBuffer.allocate(FILE_HEADER_BYTES);
        header.putLong(MAGIC).put(id.toBytes()).putInt(0);
        header.putInt(crc(header.array(), FILE_HEADER_BYTES - 4));
        return header.flip();
    }

    /** The id, or {@code null} where these 32 bytes are no header. */
    static @Nullable SpoolId readFileHeader(byte[] header) {
        ByteBuffer in = ByteBuffer.wrap(header);
        byte[] id = new byte[SpoolId.BYTES];
        boolean magic = in.getLong() == MAGIC;
        in.get(id).getInt();
        boolean good = magic && in.getInt() == crc(header, FILE_HEADER_BYTES - 4);
        return good ? SpoolId.of(id) : null;
    }

    static Head mark(byte kind, SpoolChannel channel, long seq, long other) {
        return new Head(kind, channel.number(), 0, 0, seq, other, 0, 0);
    }

    static ByteBuffer head(Head head) {
        ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES);
        out.put(head.kind).put((byte) head.channel).putShort((short) head.type).putInt(head.bodyBytes);
        out.putLong(head.seq)
                .putLong(head.other)
                .putInt(head.keyBytes)
                .putInt(0)
                .putInt(head.tailCrc);
        out.putInt(crc(out.array(), HEAD_BYTES - 4));
        return out.flip();
    }

    /** The head, or {@code null} where these 40 bytes are none. */
    static @Nullable Head readHead(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.getInt(HEAD_BYTES - 4) != crc(bytes, HEAD_BYTES - 4)) {
            return null;
        }
        byte kind = in.get();
        int channel = in.get() & 0xFF;
        int type = in.getShort() & 0xFFFF;
        int bodyBytes = in.getInt();
        long seq = in.getLong();
        long other = in.getLong();
        int keyBytes = in.getInt();
        in.getInt();
        Head head = new Head(kind, channel, type, bodyBytes, seq, other, keyBytes, in.getInt());
        return head.isPlausible() ? head : null;
    }

    static int tailCrc(byte[] key, byte[] body) {
        CRC32C crc = new CRC32C();
        crc.update(key);
        crc.update(body);
        return (int) crc.getValue();
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
