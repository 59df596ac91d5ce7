package dev.muster.protocol.stream;

import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.ProtocolViolation;
import java.util.List;

/** RFC 9002 put together: which packets arrived or are lost, and when the next one may go. */
final class Recovery {
    /** RFC 9002 section 6.2.4. */
    private static final int PROBE_PACKETS = 2;

    /** The window counts bytes; this bounds the bookkeeping when packets are small. */
    private static final int MAX_PACKETS_IN_FLIGHT = 1_024;

    /** What becomes of the packets' contents. */
    interface Contents {
        /** Arrived: forget it. */
        void delivered(SentPacket packet);

        /** Whether there is something to send that was never sent. */
        boolean fresh();

        /** Lost, or wanted for a probe: queue it again, but for what arrived otherwise. */
        void requeue(SentPacket packet);
    }

    private final Contents contents;
    private LossDetector detector = new LossDetector();
    private RttEstimator rtt = new RttEstimator();
    private CongestionWindow window = new CongestionWindow();
    private Pacer pacer = new Pacer();
    private int probes;

    /** When a loss makes the window smaller, one packet may go all the same, RFC 9002 section 7.3.2. */
    private boolean repeatAtOnce;

    Recovery(Contents contents) {
        this.contents = contents;
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
            contents.delivered(packet);
        }
        outcome.late().forEach(contents::delivered);
        return confirmed;
    }

    /** Declares losses and starts probes that are due. */
    void onTime(long nowNanos) {
        if (nowNanos >= detector.lossNanos()) {
            lost(detector.detectLost(rtt, nowNanos), nowNanos);
        }
        if (nowNanos >= detector.probeNanos(rtt)) {
            detector.probed(nowNanos);
            startProbes();
        }
    }

    /** New data first (RFC 9002 section 6.2.4): often only an acknowledgement was lost, and what is in flight has arrived. */
    private void startProbes() {
        probes = PROBE_PACKETS;
        if (!contents.fresh()) {
            detector.oldestInFlight(PROBE_PACKETS).forEach(contents::requeue);
        }
    }

    private void lost(List<SentPacket> packets, long nowNanos) {
        for (SentPacket packet : packets) {
            repeatAtOnce |= window.lost(packet, nowNanos);
            contents.requeue(packet);
        }
    }

    /** Whether an ack-eliciting packet may go now. */
    boolean maySend(long nowNanos) {
        return probing()
                || repeatAtOnce
                || (room() && pacer.ready(nowNanos, window.windowBytes(), rtt.smoothedNanos()));
    }

    /** Whether a packet has to go even if there is nothing to say. */
    boolean probing() {
        return probes > 0;
    }

    void sent(SentPacket packet) {
        detector.sent(packet);
        window.sent(packet.bytes());
        pacer.sent(packet.bytes(), packet.sentNanos(), window.windowBytes(), rtt.smoothedNanos());
        probes = Math.max(0, probes - 1);
        repeatAtOnce = false;
    }

    /** A number went to a packet that needs no acknowledgement, or that is not ours. */
    void numberUsed(long number) {
        detector.numberUsed(number);
    }

    /** When packets become lost or a probe is due; {@link Long#MAX_VALUE} for never. */
    long timerNanos() {
        return Math.min(detector.lossNanos(), detector.probeNanos(rtt));
    }

    /** From when on {@link #maySend} holds, if no packet arrives before; {@link Long#MAX_VALUE} for never. */
    long sendNanos(long nowNanos) {
        if (probing() || repeatAtOnce) {
            return nowNanos;
        }
        return room() ? pacer.readyNanos(window.windowBytes(), rtt.smoothedNanos()) : Long.MAX_VALUE;
    }

    private boolean room() {
        return window.admits(CongestionWindow.PACKET_BYTES) && detector.inFlightPackets() < MAX_PACKETS_IN_FLIGHT;
    }

    boolean idle() {
        return !probing() && detector.inFlightPackets() == 0;
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

    /** Packet numbers start again. The path is the same: its estimates stay. Returns what was in flight. */
    List<SentPacket> forgetPackets() {
        List<SentPacket> inFlight = detector.oldestInFlight(Integer.MAX_VALUE);
        detector = new LossDetector();
        window.forgetInFlight();
        probes = 0;
        repeatAtOnce = false;
        return inFlight;
    }

    /** The peer moved, and what is in flight may have gone to where it was: ask at once, not when the backed-off timer says. */
    void probe(long nowNanos) {
        detector.forgetProbes(nowNanos);
        List<SentPacket> oldest = detector.oldestInFlight(PROBE_PACKETS);
        probes = oldest.size();
        oldest.forEach(contents::requeue);
    }

    /** Another path: what is in flight counts against its window too. */
    void pathChanged() {
        int inFlight = window.inFlightBytes();
        rtt = new RttEstimator();
        window = new CongestionWindow();
        window.sent(inFlight);
        pacer = new Pacer();
    }
}
