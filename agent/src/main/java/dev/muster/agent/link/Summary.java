package dev.muster.agent.link;

import dev.muster.protocol.stream.RecordType;
import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.wire.SpoolId;

/**
 * Says what the results through {@code seq} amount to, so it belongs right behind that record on the channel.
 *
 * @param spool whose numbers these are
 * @param record not durable
 */
public record Summary(Kind kind, SpoolId spool, long seq, StreamRecord record) {
    /** DIGEST or LIST. */
    public enum Kind {
        DIGEST(RecordType.DIGEST),
        LIST(RecordType.LIST);

        private final int recordType;

        Kind(int recordType) {
            this.recordType = recordType;
        }
    }

    /** One with its record, of that body. */
    public static Summary of(Kind kind, SpoolId spool, long seq, byte[] body) {
        return new Summary(kind, spool, seq, new StreamRecord(0, kind.recordType, body));
    }
}
