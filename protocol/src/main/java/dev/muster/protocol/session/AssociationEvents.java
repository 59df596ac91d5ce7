package dev.muster.protocol.session;

import dev.muster.protocol.stream.ReliableChannels;
import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.SpoolId;

/** Splits what the channels report: records to the listener, the end of the session to the endpoint. */
final class AssociationEvents implements ReliableChannels.Events {
    /** Told when the peer closed. */
    interface Closed {
        void closed(int reason, String text);
    }

    private final ChannelListener listener;
    private final Closed closed;

    AssociationEvents(ChannelListener listener, Closed closed) {
        this.listener = listener;
        this.closed = closed;
    }

    @Override
    public void record(int channel, StreamRecord record) {
        listener.record(channel, record);
    }

    @Override
    public void resume(int channel, SpoolId spool, long nextSeq) {
        listener.resume(channel, spool, nextSeq);
    }

    @Override
    public void applied(int channel, long seq) {
        listener.applied(channel, seq);
    }

    @Override
    public void deadRecord(int channel, long seq, int type, String error) {
        listener.deadRecord(channel, seq, type, error);
    }

    @Override
    public void closed(int reason, String text) {
        closed.closed(reason, text);
    }

    // Roaming and heartbeats come with path validation and peers; until then a peer of that version gets no answer to
    // these.
    @Override
    public void pathChallenge(long data) {}

    @Override
    public void pathResponse(long data) {}

    @Override
    public void heartbeat(Frame.Heartbeat heartbeat) {}
}
