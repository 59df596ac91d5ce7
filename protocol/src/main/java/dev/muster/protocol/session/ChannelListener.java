package dev.muster.protocol.session;

import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.SpoolId;

/** What arrives on an association, on the owner's thread. Handlers must not throw and must not block. */
public interface ChannelListener {
    /** Complete, inflated, in order, once for each pair of runs. */
    void record(int channel, StreamRecord record);

    /** Skipped: over the limits, or badly deflated. */
    void deadRecord(int channel, long seq, int type, String error);

    /** Something arrived since an offer was refused, so there may be room now. */
    default void writable() {}

    /** Proof of life, where the responder asked for it; fresh, neither acknowledged nor sent again. Only at a responder. */
    default void heartbeat(Frame.Heartbeat beat) {}

    /** The collector wants this spool's durable records from {@code nextSeq}; may repeat. Only at an initiator. */
    default void resume(int channel, SpoolId spool, long nextSeq) {}

    /** Stored for good through {@code seq}. Only at an initiator. */
    default void applied(int channel, long seq) {}
}
