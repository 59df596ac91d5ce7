package dev.muster.protocol.stream;

import dev.muster.protocol.stream.SentPacket.Content;
import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.FrameCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is to be sent: control frames, then the channels' bytes. Of a channel whose bytes have all arrived only two offsets are kept. */
final class SendSide implements Recovery.Contents {
    /** Header and tag around a plaintext (specification). */
    static final int ENVELOPE_BYTES = 32;

    /** A shorter piece of a stream than this waits for the next packet. */
    private static final int MIN_PIECE_BYTES = 16;

    private final ControlFrames control = new ControlFrames();
    private final @Nullable SendStream[] streams = new @Nullable SendStream[Frame.CHANNELS];
    private final long[] endOffsets = new long[Frame.CHANNELS];
    private final long[] creditOffsets = new long[Frame.CHANNELS];
    private final int sendBufferBytes;
    private final Recovery recovery = new Recovery(this);
    private boolean closed;

    SendSide(int sendBufferBytes) {
        this.sendBufferBytes = sendBufferBytes;
        Arrays.fill(creditOffsets, StreamLimits.INITIAL_WINDOW_BYTES);
    }

    Recovery recovery() {
        return recovery;
    }

    boolean offer(int channel, StreamRecord record) {
        if (closed || unackedBytes(channel) >= sendBufferBytes) {
            return false;
        }
        byte[] encoded = RecordCodec.encode(record);
        SendStream stream = streams[channel];
        if (stream == null) {
            stream = new SendStream(channel, endOffsets[channel], creditOffsets[channel]);
            streams[channel] = stream;
        }
        stream.append(encoded);
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
        int channel = credit.channel();
        creditOffsets[channel] = Math.max(creditOffsets[channel], credit.maxOffset());
        SendStream stream = streams[channel];
        if (stream != null) {
            stream.credit(creditOffsets[channel]);
        }
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
                left -= stream == null ? 0 : fillData(stream, frames, left);
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
        return control.anyDue() || (!closed && (sendable(0) || sendable(1)));
    }

    private boolean sendable(int channel) {
        SendStream stream = streams[channel];
        return stream != null && stream.sendable();
    }

    private boolean fresh(int channel) {
        SendStream stream = streams[channel];
        return stream != null && stream.fresh();
    }

    int unackedBytes(int channel) {
        SendStream stream = streams[channel];
        return stream == null ? 0 : stream.unackedBytes();
    }

    /** Packet numbers start again; what was on its way is queued again. */
    void sessionReplaced() {
        recovery.forgetPackets().forEach(this::requeue);
    }

    /** Streams start again too, and nothing is queued. */
    void restart() {
        recovery.forgetPackets();
        Arrays.fill(streams, null);
        Arrays.fill(endOffsets, 0);
        Arrays.fill(creditOffsets, StreamLimits.INITIAL_WINDOW_BYTES);
        control.clear();
        closed = false;
    }

    @Override
    public boolean fresh() {
        return !closed && (fresh(0) || fresh(1));
    }

    @Override
    public void requeue(SentPacket packet) {
        for (Content content : packet.contents()) {
            switch (content) {
                case Content.Data d -> lost(d);
                case Content.Control c -> control.lost(c.frame());
            }
        }
    }

    @Override
    public void delivered(SentPacket packet) {
        for (Content content : packet.contents()) {
            switch (content) {
                case Content.Data d -> acked(d);
                case Content.Control c -> control.acked(c.frame());
            }
        }
    }

    /** Where the stream rests, the bytes arrived in another packet. */
    private void lost(Content.Data data) {
        SendStream stream = streams[data.channel()];
        if (stream != null) {
            stream.lost(data.start(), data.end());
        }
    }

    private void acked(Content.Data data) {
        int channel = data.channel();
        SendStream stream = streams[channel];
        if (stream == null) {
            return;
        }
        stream.acked(data.start(), data.end());
        if (stream.unackedBytes() == 0) {
            endOffsets[channel] = stream.endOffset();
            streams[channel] = null;
        }
    }
}
