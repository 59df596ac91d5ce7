package dev.muster.protocol.stream;

import java.util.Arrays;

/**
 * One message on a channel. The body is not copied: it belongs to the record and must not change.
 *
 * @param seq position in the sender's spool, from 1; 0 for a record that is not durable
 * @param type one of {@link RecordType}, or one that a later version added, 16 bits
 * @param body uncompressed, at most {@link #MAX_BODY_BYTES}
 */
@SuppressWarnings("ArrayRecordComponent")
public record StreamRecord(long seq, int type, byte[] body) {
    /** Bound of an uncompressed body: 32 MiB. */
    public static final int MAX_BODY_BYTES = 32 << 20;

    public StreamRecord {
        if (seq < 0) {
            throw new IllegalArgumentException("negative sequence number " + seq);
        }
        if (type < 0 || type > 0xFFFF) {
            throw new IllegalArgumentException("record type of more than 16 bits: " + type);
        }
        if (body.length > MAX_BODY_BYTES) {
            throw new IllegalArgumentException("record body over 32 MiB: " + body.length);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StreamRecord r && seq == r.seq && type == r.type && Arrays.equals(body, r.body);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(seq) * 31 + type;
    }

    @Override
    public String toString() {
        return "StreamRecord[seq=" + seq + ", type=" + type + ", bytes=" + body.length + "]";
    }
}
