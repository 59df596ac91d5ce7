package dev.muster.protocol.stream;

import dev.muster.protocol.stream.AckTracker.Urgency;
import dev.muster.protocol.wire.CloseReason;
import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.Frame.Ack;
import dev.muster.protocol.wire.FrameCodec;
import dev.muster.protocol.wire.ProtocolViolation;
import dev.muster.protocol.wire.SpoolId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reliable delivery between two associated endpoints; survives a rekey; one per association. Owned by one thread, which
 * never blocks here: packets and times come in, packets and {@link Events} go out.
 *
 * <p>After any call the owner sends what {@link #nextPacket} returns until it returns null, then calls it again at
 * {@link #nextDeadlineNanos}. Times are readings of one monotonic clock, in nanoseconds.
 */
public final class ReliableChannels {
    /**
     * What arrived, on the owner's thread, from within {@link #onPacket}. Handlers must not throw. They may offer, apply,
     * resume, ping and close; not call onPacket, sessionReplaced or restart.
     */
    public interface Events {
        /** Complete, inflated, in order, once. */
        void record(int channel, StreamRecord record);

        /** The collector wants this spool's durable records from {@code nextSeq}; may repeat with the same values. */
        void resume(int channel, SpoolId spool, long nextSeq);

        /** Stored for good through {@code seq}, which only grows. */
        void applied(int channel, long seq);

        void pathChallenge(long data);

        void pathResponse(long data);

        void heartbeat(Frame.Heartbeat heartbeat);

        /** The peer forgot the session; its word, see {@link Frame.Close}. */
        void closed(int reason, String text);

        /** Over the limits or badly deflated: skipped. */
        void deadRecord(int channel, long seq, int type, String error);
    }

    /** Specification: a session with this many probe timeouts and this long a silence is dead. */
    private static final int DEAD_PROBES = 3;

    private static final long DEAD_SILENCE_NANOS = 10_000_000_000L;

    /** How often to ask the budget again; nothing tells when another association gives its grant back. */
    private static final long BUDGET_RETRY_NANOS = 100_000_000;

    /** Smallest plaintext that {@link #nextPacket} works with: the largest acknowledgement and the largest CLOSE. */
    public static final int MIN_SPACE_BYTES = 142 + 259;

    private static final long NOTHING_APPLIED = -1;

    private final Role role;
    private final SendSide sending;
    private final Recovery recovery;
    private final ReceiveSide receiving;
    private final Events events;
    private final long[] appliedSeq = new long[Frame.CHANNELS];
    private AckTracker acks = new AckTracker();
    private boolean closedByPeer;
    private boolean started;
    private long latestNanos;
    private long heardNanos;

    public ReliableChannels(Role role, StreamLimits limits, Events events) {
        this.role = role;
        this.sending = new SendSide(limits.sendBufferBytes());
        this.recovery = sending.recovery();
        this.receiving = new ReceiveSide(limits, events);
        this.events = events;
        Arrays.fill(appliedSeq, NOTHING_APPLIED);
    }

    /**
     * Queues a record, deflated when that makes it smaller.
     *
     * @return false if the channel's send buffer is full: nothing was queued, offer again after {@link #onPacket}
     * @throws IllegalArgumentException if the record is over 4 MiB even deflated
     */
    public boolean offer(int channel, StreamRecord record) {
        return sending.offer(channel, record);
    }

    /** Collector only: asks for durable records from this one. Sent until acknowledged, newest value. */
    public void resume(int channel, SpoolId spool, long nextSeq) {
        if (role == Role.INITIATOR) {
            throw new IllegalStateException("only a responder says where to resume");
        }
        sending.control(new Frame.Resume(channel, spool, nextSeq));
    }

    /** Reports records as stored for good; never call it before they are. Sent until acknowledged, newest value. */
    public void applied(int channel, long seq) {
        sending.control(new Frame.Applied(channel, seq));
    }

    /** Sends something that the peer has to acknowledge. */
    public void ping() {
        sending.control(new Frame.Ping());
    }

    /** Sends CLOSE, again when lost, and nothing else from now on but acknowledgements. Too long a text is cut. */
    public void close(int reason, String text) {
        sending.close(Frame.Close.truncated(reason, text));
    }

    /**
     * Takes the plaintext of a DATA packet of the current session that passed authentication and replay check.
     *
     * @throws ProtocolViolation send its reason in a CLOSE and forget this object
     */
    public void onPacket(long packetNumber, byte[] plaintext, long nowNanos) throws ProtocolViolation {
        List<Frame> frames = FrameCodec.decode(plaintext);
        heard(nowNanos);
        boolean retained = true;
        Urgency urgency = Urgency.NONE;
        for (Frame frame : frames) {
            if (frame instanceof Frame.Ack ack) {
                acks.confirmed(recovery.onAck(ack, nowNanos));
            } else {
                retained &= take(frame);
            }
            urgency = max(urgency, urgency(frame));
        }
        if (retained) {
            acks.received(packetNumber, urgency, nowNanos);
        }
    }

    /**
     * Takes a packet of the session that {@link #sessionReplaced} retired. Its data is used but not acknowledged (the
     * peer sends it again); its acknowledgements, which count in other numbers, and a CLOSE of that session are
     * ignored. After {@link #restart} no earlier packet may be given.
     */
    public void onPreviousSessionPacket(byte[] plaintext, long nowNanos) throws ProtocolViolation {
        heard(nowNanos);
        for (Frame frame : FrameCodec.decode(plaintext)) {
            if (!(frame instanceof Frame.Close)) {
                take(frame);
            }
        }
    }

    /**
     * The plaintext of the next DATA packet, 8 to {@code maxBytes} long.
     *
     * @param packetNumber the counter that the packet will carry if one is returned; it only grows within a session
     * @param maxBytes bound of the plaintext: UDP payload less 32; at least {@link #MIN_SPACE_BYTES}
     * @return null if there is nothing to send now; the number is then not used up
     */
    public byte @Nullable [] nextPacket(long packetNumber, int maxBytes, long nowNanos) {
        if (maxBytes < MIN_SPACE_BYTES) {
            throw new IllegalArgumentException("no room for a packet in " + maxBytes + " bytes");
        }
        started(nowNanos);
        recovery.onTime(nowNanos);
        receiving.newCredit(sending::control);
        Optional<Ack> ack = acks.owed() ? Optional.of(acks.build(nowNanos)) : Optional.empty();
        int ackBytes = ack.map(FrameCodec::encodedBytes).orElse(0);
        List<Frame> frames = sending.fill(maxBytes - ackBytes, nowNanos);
        if (frames.isEmpty() && nowNanos < acks.deadlineNanos()) {
            return null;
        }
        var all = new ArrayList<Frame>(frames);
        ack.ifPresent(all::addFirst);
        byte[] plaintext = FrameCodec.encodePacket(all);
        acks.sent();
        if (frames.isEmpty()) {
            recovery.numberUsed(packetNumber);
        } else {
            long largestAcked = ack.map(Ack::largest).orElse(SentPacket.NO_ACK);
            sending.sent(packetNumber, frames, plaintext.length, largestAcked, nowNanos);
        }
        return plaintext;
    }

    /**
     * Must be told each packet number that the owner uses for a packet of its own making (heartbeat, path challenge or
     * response): an acknowledgement of a number that was never sent is a violation.
     */
    public void sentByOwner(long packetNumber) {
        recovery.numberUsed(packetNumber);
    }

    /** When to call nextPacket again (ack delay, loss timer, pacing); {@link Long#MAX_VALUE} for never. */
    public long nextDeadlineNanos() {
        long deadline = Math.min(acks.deadlineNanos(), sending.deadlineNanos(latestNanos));
        return receiving.stalled() ? Math.min(deadline, latestNanos + BUDGET_RETRY_NANOS) : deadline;
    }

    /** Rekey with the same run ids: packet numbers start again, un-acked data is queued again. */
    public void sessionReplaced(long nowNanos) {
        sending.sessionReplaced();
        acks = new AckTracker();
        heard(nowNanos);
    }

    /** Either run id changed: streams start at offset 0, un-acked records, RESUME and APPLIED are forgotten. */
    public void restart() {
        sending.restart();
        receiving.restart();
        acks = new AckTracker();
        closedByPeer = false;
        Arrays.fill(appliedSeq, NOTHING_APPLIED);
    }

    /** The peer's address (not only its port) changed and is validated: congestion and round-trip state start again. */
    public void pathChanged() {
        recovery.pathChanged();
    }

    /** Packets go to another address from now on: what is in flight is asked for at once. */
    public void probe(long nowNanos) {
        recovery.probe(nowNanos);
    }

    /** Other record limits from the next record on: smaller ones for a peer that is not trusted yet. */
    public void recordLimits(int maxBodyBytes, int maxRawBytes) {
        receiving.recordLimits(maxBodyBytes, maxRawBytes);
    }

    /** Gives back grants of the {@link ReceiveBudget}; call it when the association is forgotten. */
    public void dispose() {
        receiving.dispose();
    }

    /** Nothing queued, nothing in flight, no acknowledgement owed. */
    public boolean idle() {
        return sending.idle() && !acks.owed();
    }

    /** Probe timeouts in a row without an acknowledgement. */
    public int ptoCount() {
        return recovery.probeCount();
    }

    /** Whether 3 probe timeouts and 10 s passed without any packet from the peer: handshake again. */
    public boolean dead(long nowNanos) {
        return recovery.probeCount() >= DEAD_PROBES && nowNanos - heardNanos >= DEAD_SILENCE_NANOS;
    }

    /** Bytes of the channel accepted by {@link #offer} and not acknowledged yet. */
    public long unackedBytes(int channel) {
        return sending.unackedBytes(channel);
    }

    /** Smoothed round-trip time; 333 ms before the first sample. */
    public long smoothedRttNanos() {
        return recovery.smoothedRttNanos();
    }

    /** False if stream data was not kept. */
    private boolean take(Frame frame) throws ProtocolViolation {
        switch (frame) {
            case Frame.Stream s -> {
                return receiving.retain(s);
            }
            case Frame.Window w -> sending.credit(w);
            case Frame.Resume r -> takeResume(r);
            case Frame.Applied a -> takeApplied(a);
            case Frame.PathChallenge c -> events.pathChallenge(c.data());
            case Frame.PathResponse r -> events.pathResponse(r.data());
            case Frame.Heartbeat h -> events.heartbeat(h);
            case Frame.Close c -> takeClose(c);
            case Ack _, Frame.Padding _, Frame.Ping _, Frame.Extension _ -> {}
        }
        return true;
    }

    private void takeResume(Frame.Resume frame) throws ProtocolViolation {
        if (role == Role.RESPONDER) {
            throw new ProtocolViolation(CloseReason.FRAME_SYNTAX, "RESUME from an initiator");
        }
        events.resume(frame.channel(), frame.spool(), frame.nextSeq());
    }

    /** Packets overtake each other: an older value says nothing new. */
    private void takeApplied(Frame.Applied frame) {
        if (frame.seq() > appliedSeq[frame.channel()]) {
            appliedSeq[frame.channel()] = frame.seq();
            events.applied(frame.channel(), frame.seq());
        }
    }

    private void takeClose(Frame.Close frame) {
        if (!closedByPeer) {
            closedByPeer = true;
            events.closed(frame.reason(), frame.text());
        }
    }

    private Urgency urgency(Frame frame) {
        if (!frame.ackEliciting()) {
            return Urgency.NONE;
        }
        boolean awaited = frame instanceof Frame.Stream s && receiving.awaited(s.channel());
        return awaited ? Urgency.AT_ONCE : Urgency.DELAYED;
    }

    private static Urgency max(Urgency a, Urgency b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private void heard(long time) {
        started = true;
        latestNanos = time;
        heardNanos = time;
    }

    /** Silence counts from the first packet sent. */
    private void started(long time) {
        latestNanos = time;
        if (!started) {
            started = true;
            heardNanos = time;
        }
    }
}
