package dev.muster.protocol.stream;

import dev.muster.protocol.stream.SentPacket.Content;
import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.FrameCodec;
import dev.muster.protocol.wire.ProtocolViolation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is to be sent, what is on its way, and when the next packet may go. */
final class SendSide {
    /** Header and tag around a plaintext (specification). */
    static final int ENVELOPE_BYTES = 32;

    /** RFC 9002 section 6.2.4. */
    private static final int PROBE_PACKETS = 2;

    /** The window counts bytes; this bounds the bookkeeping when packets are small. */
    private static final int MAX_PACKETS_IN_FLIGHT = 1_024;

    /** A shorter piece of a stream than this waits for the next packet. */
    private static final int MIN_PIECE_BYTES = 16;

    private final ControlFrames control = new ControlFrames();
    private final SendStream[] streams = new SendStream[Frame.CHANNELS];
    private final int sendBufferBytes;
    private LossDetector detector = new LossDetector();
    private RttEstimator rtt = new RttEstimator();
    private CongestionWindow window = new CongestionWindow();
    private Pacer pacer = new Pacer();
    private int probes;
    private boolean closed;

    SendSide(int sendBufferBytes) {
        this.sendBufferBytes = sendBufferBytes;
        restart();
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

    /** The newest of our acknowledgements that the peer confirms with this one, or {@link SentPacket#NO_ACK}. */
    long onAck(Frame.Ack ack, long nowNanos) throws ProtocolViolation {
        boolean limiting = window.limiting();
        LossDetector.Outcome outcome = detector.onAck(ack, rtt, nowNanos);
        lost(outcome.lost(), nowNanos);
        if (outcome.persistent()) {
            window.persistentCongestion();
        }
        long confirmed = SentPacket.NO_ACK;
        for (SentPacket packet : outcome.acked()) {
            window.acked(packet, limiting);
            confirmed = Math.max(confirmed, packet.largestAcked());
            delivered(packet);
        }
        outcome.late().forEach(this::delivered);
        return confirmed;
    }

    /** Declares losses and starts probes that are due. */
    void onTime(long nowNanos) {
        if (nowNanos >= detector.lossNanos()) {
            lost(detector.detectLost(rtt, nowNanos), nowNanos);
        }
        if (nowNanos >= detector.probeNanos(rtt)) {
            detector.probed(nowNanos);
            probes = PROBE_PACKETS;
            int oldest = 0;
            for (SentPacket packet : detector.inFlight()) {
                if (oldest++ == PROBE_PACKETS) {
                    break;
                }
                requeue(packet);
            }
        }
    }

    /** Ack-eliciting frames for a packet sent now: at most {@code space} bytes, control before results. */
    List<Frame> fill(int space, long nowNanos) {
        var frames = new ArrayList<Frame>();
        if (probes == 0 && !(roomInFlight() && pacer.ready(nowNanos, window.windowBytes(), rtt.smoothedNanos()))) {
            return frames;
        }
        int left = space - fillControl(frames, space);
        if (!closed) {
            for (SendStream stream : streams) {
                left -= fillData(stream, frames, left);
            }
        }
        if (probes > 0 && frames.isEmpty()) {
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
        int bytes = plaintextBytes + ENVELOPE_BYTES;
        detector.sent(new SentPacket(number, nowNanos, bytes, largestAcked, contents));
        window.sent(bytes);
        pacer.sent(bytes, nowNanos, window.windowBytes(), rtt.smoothedNanos());
        probes = Math.max(0, probes - 1);
    }

    /** A number went to a packet that needs no acknowledgement, or that is not ours. */
    void numberUsed(long number) {
        detector.numberUsed(number);
    }

    private static Content content(Frame frame) {
        return frame instanceof Frame.Stream s
                ? new Content.Data(s.channel(), s.offset(), s.end())
                : new Content.Control(frame);
    }

    /** When to ask for a packet again; {@link Long#MAX_VALUE} for never. */
    long deadlineNanos(long nowNanos) {
        long timer = Math.min(detector.lossNanos(), detector.probeNanos(rtt));
        if (probes > 0) {
            return nowNanos;
        }
        if (!queued() || !roomInFlight()) {
            return timer;
        }
        return Math.min(timer, pacer.readyNanos(window.windowBytes(), rtt.smoothedNanos()));
    }

    boolean idle() {
        return probes == 0 && !queued() && detector.inFlightPackets() == 0 && unackedBytes(0) + unackedBytes(1) == 0;
    }

    int unackedBytes(int channel) {
        return streams[channel].unackedBytes();
    }

    int probeCount() {
        return detector.probeCount();
    }

    long smoothedRttNanos() {
        return rtt.smoothedNanos();
    }

    int windowBytes() {
        return window.windowBytes();
    }

    /** Packet numbers start again; what was on its way is queued again. The path is the same: its estimates stay. */
    void sessionReplaced() {
        detector.inFlight().forEach(this::requeue);
        forgetPackets();
    }

    private void forgetPackets() {
        detector = new LossDetector();
        window.forgetInFlight();
        probes = 0;
    }

    void pathChanged() {
        int inFlight = window.inFlightBytes();
        rtt = new RttEstimator();
        window = new CongestionWindow();
        window.sent(inFlight);
        pacer = new Pacer();
    }

    void restart() {
        for (int channel = 0; channel < streams.length; channel++) {
            streams[channel] = new SendStream(channel);
        }
        control.clear();
        closed = false;
        forgetPackets();
    }

    private boolean queued() {
        return control.anyDue() || (!closed && (streams[0].sendable() || streams[1].sendable()));
    }

    private boolean roomInFlight() {
        return window.admits(CongestionWindow.PACKET_BYTES) && detector.inFlightPackets() < MAX_PACKETS_IN_FLIGHT;
    }

    private void lost(List<SentPacket> packets, long nowNanos) {
        for (SentPacket packet : packets) {
            window.lost(packet, nowNanos);
            requeue(packet);
        }
    }

    private void requeue(SentPacket packet) {
        for (Content content : packet.contents()) {
            switch (content) {
                case Content.Data d -> streams[d.channel()].lost(d.start(), d.end());
                case Content.Control c -> control.lost(c.frame());
            }
        }
    }

    private void delivered(SentPacket packet) {
        for (Content content : packet.contents()) {
            switch (content) {
                case Content.Data d -> streams[d.channel()].acked(d.start(), d.end());
                case Content.Control c -> control.acked(c.frame());
            }
        }
    }
}
