package dev.muster.protocol.stream;

import dev.muster.protocol.stream.SentPacket.Content;
import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.FrameCodec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is to be sent: control frames, then the channels' bytes. */
final class SendSide implements Recovery.Contents {
    /** Header and tag around a plaintext (specification). */
    static final int ENVELOPE_BYTES = 32;

    /** A shorter piece of a stream than this waits for the next packet. */
    private static final int MIN_PIECE_BYTES = 16;

    private final ControlFrames control = new ControlFrames();
    private final SendStream[] streams = new SendStream[Frame.CHANNELS];
    private final int sendBufferBytes;
    private final Recovery recovery = new Recovery(this);
    private boolean closed;

    SendSide(int sendBufferBytes) {
        this.sendBufferBytes = sendBufferBytes;
        restart();
    }

    Recovery recovery() {
        return recovery;
    }

    boolean offer(int channel, StreamRecord record) {
        if (closed || streams[channel].unackedBytes() >= sendBufferBytes) {
            return false;
        }
        streams[channel].append(RecordCodec.encode(record));
        return true;
    }

    void control(Frame frame) {
        if (!closed) {
            control.put(frame);
        }
    }

    void close(Frame.Close frame) {
        if (closed) {
            return;
        }
        closed = true;
        control.clear();
        control.put(frame);
    }

    void credit(Frame.Window credit) {
        streams[credit.channel()].credit(credit.maxOffset());
    }

    /** Ack-eliciting frames for a packet sent now: at most {@code space} bytes, control before results. */
    List<Frame> fill(int space, long nowNanos) {
        var frames = new ArrayList<Frame>();
        if (!recovery.maySend(nowNanos)) {
            return frames;
        }
        int left = space - fillControl(frames, space);
        if (!closed) {
            for (SendStream stream : streams) {
                left -= fillData(stream, frames, left);
            }
        }
        if (recovery.probing() && frames.isEmpty()) {
            frames.add(new Frame.Ping());
        }
        return frames;
    }

    private int fillControl(List<Frame> frames, int space) {
        int used = 0;
        for (Frame next = control.next(); next != null; next = control.next()) {
            int size = FrameCodec.encodedBytes(next);
            if (used + size > space) {
                break;
            }
            control.sent(next);
            frames.add(next);
            used += size;
        }
        return used;
    }

    private static int fillData(SendStream stream, List<Frame> frames, int space) {
        int used = 0;
        while (space - used >= Frame.Stream.HEADER_BYTES + MIN_PIECE_BYTES) {
            Frame.@Nullable Stream piece = stream.take(space - used - Frame.Stream.HEADER_BYTES);
            if (piece == null) {
                break;
            }
            frames.add(piece);
            used += FrameCodec.encodedBytes(piece);
        }
        return used;
    }

    /** A packet with frames of {@link #fill} goes out. */
    void sent(long number, List<Frame> frames, int plaintextBytes, long largestAcked, long nowNanos) {
        List<Content> contents = frames.stream().map(SendSide::content).toList();
        recovery.sent(new SentPacket(number, nowNanos, plaintextBytes + ENVELOPE_BYTES, largestAcked, contents));
    }

    private static Content content(Frame frame) {
        return frame instanceof Frame.Stream s
                ? new Content.Data(s.channel(), s.offset(), s.end())
                : new Content.Control(frame);
    }

    /** When to ask for a packet again; {@link Long#MAX_VALUE} for never. */
    long deadlineNanos(long nowNanos) {
        boolean wants = queued() || recovery.probing();
        return Math.min(recovery.timerNanos(), wants ? recovery.sendNanos(nowNanos) : Long.MAX_VALUE);
    }

    boolean idle() {
        return !queued() && recovery.idle() && (closed || unackedBytes(0) + unackedBytes(1) == 0);
    }

    private boolean queued() {
        return control.anyDue() || (!closed && (streams[0].sendable() || streams[1].sendable()));
    }

    int unackedBytes(int channel) {
        return streams[channel].unackedBytes();
    }

    /** Packet numbers start again; what was on its way is queued again. */
    void sessionReplaced() {
        recovery.forgetPackets().forEach(this::requeue);
    }

    /** Streams start again too, and nothing is queued. */
    void restart() {
        recovery.forgetPackets();
        for (int channel = 0; channel < streams.length; channel++) {
            streams[channel] = new SendStream(channel);
        }
        control.clear();
        closed = false;
    }

    @Override
    public boolean fresh() {
        return !closed && (streams[0].fresh() || streams[1].fresh());
    }

    @Override
    public void requeue(SentPacket packet) {
        for (Content content : packet.contents()) {
            switch (content) {
                case Content.Data d -> streams[d.channel()].lost(d.start(), d.end());
                case Content.Control c -> control.lost(c.frame());
            }
        }
    }

    @Override
    public void delivered(SentPacket packet) {
        for (Content content : packet.contents()) {
            switch (content) {
                case Content.Data d -> streams[d.channel()].acked(d.start(), d.end());
                case Content.Control c -> control.acked(c.frame());
            }
        }
    }
}
