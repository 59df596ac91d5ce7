package dev.muster.agent.spool;

/**
 * One record to send.
 *
 * @param type the record's type number on the wire
 * @param body owned by the receiver of this object; the same bytes each time while the record is held
 */
public record SpooledRecord(SpoolChannel channel, long seq, int type, Body body) {
    /** The bytes of a record: read from disk for this object alone. */
    public static final class Body {
        private final byte[] bytes;

        Body(byte[] bytes) {
            this.bytes = bytes;
        }

        public int size() {
            return bytes.length;
        }

        /** The bytes themselves, not a copy: a body may be 2 MiB. */
        public byte[] bytes() {
            return bytes;
        }
    }
}
