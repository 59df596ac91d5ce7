package dev.muster.protocol.session;

import dev.muster.protocol.stream.ReliableChannels;
import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.wire.CloseReason;
import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.SpoolId;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Splits what the channels report: records go to the listener at once; the peer's CLOSE is kept until the endpoint is done with the packet,
 * and what follows it in that packet is ignored.
 */
final class AssociationEvents implements ReliableChannels.Events {
    private final ChannelListener listener;
    private Optional<String> closed = Optional.empty();
    private OptionalLong challenge = OptionalLong.empty();
    private OptionalLong response = OptionalLong.empty();

    AssociationEvents(ChannelListener listener) {
        this.listener = listener;
    }

    /** The peer's word, with its reason if that is not the normal one, once it closed. */
    Optional<String> closed() {
        return closed;
    }

    /** An offer was refused and something came since. */
    void writable() {
        listener.writable();
    }

    @Override
    public void record(int channel, StreamRecord record) {
        if (closed.isEmpty()) {
            listener.record(channel, record);
        }
    }

    @Override
    public void resume(int channel, SpoolId spool, long nextSeq) {
        if (closed.isEmpty()) {
            listener.resume(channel, spool, nextSeq);
        }
    }

    @Override
    public void applied(int channel, long seq) {
        if (closed.isEmpty()) {
            listener.applied(channel, seq);
        }
    }

    @Override
    public void deadRecord(int channel, long seq, int type, String error) {
        if (closed.isEmpty()) {
            listener.deadRecord(channel, seq, type, error);
        }
    }

    @Override
    public void closed(int reason, String text) {
        // The peer's words end up in logs: they stay on one line.
        String line = text.replaceAll("\\p{Cntrl}", " ");
        closed = Optional.of(reason == CloseReason.NORMAL ? line : "reason " + reason + ", " + line);
    }

    @Override
    public void pathChallenge(long data) {
        challenge = OptionalLong.of(data);
    }

    @Override
    public void pathResponse(long data) {
        response = OptionalLong.of(data);
    }

    /** What the packet just taken said about paths, once; of several challenges in one packet the last, so that no answer is larger. */
    Paths.Move tell(Paths paths, InetSocketAddress from) {
        challenge.ifPresent(data -> paths.challenged(from, data));
        Paths.Move move = response.isPresent() ? paths.answered(response.getAsLong()) : Paths.Move.NONE;
        challenge = OptionalLong.empty();
        response = OptionalLong.empty();
        return move;
    }

    @Override
    public void heartbeat(Frame.Heartbeat heartbeat) {
        if (closed.isEmpty()) {
            listener.heartbeat(heartbeat);
        }
    }
}
