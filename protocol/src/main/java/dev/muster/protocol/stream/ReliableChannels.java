package dev.muster.protocol.stream;

import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.ProtocolViolation;
import dev.muster.protocol.wire.SpoolId;
import org.jspecify.annotations.Nullable;

/**
 * Reliable delivery between two associated endpoints; survives a rekey; one per association. Owned by one thread, which
 * never blocks here: packets and times come in, packets and {@link Events} go out.
 *
 * <p>After any call the owner sends what {@link #nextPacket} returns until it returns null, then calls it again at
 * {@link #nextDeadlineNanos}. Times are readings of one monotonic clock, in nanoseconds.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class ReliableChannels {
    /** What arrived, on the owner's thread, from within {@link #onPacket}. Handlers may call back except onPacket. */
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

    public ReliableChannels(Role role, StreamLimits limits, Events events) {
        throw new UnsupportedOperationException();
    }

    /**
     * Queues a record, deflated when that makes it smaller.
     *
     * @return false if the channel's send buffer is full: nothing was queued, offer again after {@link #onPacket}
     * @throws IllegalArgumentException if the record is over 4 MiB even deflated
     */
    public boolean offer(int channel, StreamRecord record) {
        throw new UnsupportedOperationException();
    }

    /** Collector only: asks for durable records from this one. Sent until acknowledged, newest value. */
    public void resume(int channel, SpoolId spool, long nextSeq) {
        throw new UnsupportedOperationException();
    }

    /** Reports records as stored for good; never call it before they are. Sent until acknowledged, newest value. */
    public void applied(int channel, long seq) {
        throw new UnsupportedOperationException();
    }

    /** Sends something that the peer has to acknowledge. */
    public void ping() {
        throw new UnsupportedOperationException();
    }

    /** Sends CLOSE, again when lost, and nothing else from now on but acknowledgements. Too long a text is cut. */
    public void close(int reason, String text) {
        throw new UnsupportedOperationException();
    }

    /**
     * Takes the plaintext of a DATA packet of the current session that passed authentication and replay check.
     *
     * @throws ProtocolViolation send its reason in a CLOSE and forget this object
     */
    public void onPacket(long packetNumber, byte[] plaintext, long nowNanos) throws ProtocolViolation {
        throw new UnsupportedOperationException();
    }

    /**
     * Takes a packet of the session that {@link #sessionReplaced} retired. Its data is used but not acknowledged (the
     * peer sends it again), and its acknowledgements are ignored: packet numbers of two sessions do not compare.
     */
    public void onPreviousSessionPacket(byte[] plaintext, long nowNanos) throws ProtocolViolation {
        throw new UnsupportedOperationException();
    }

    /**
     * The plaintext of the next DATA packet, 8 to {@code maxBytes} long.
     *
     * @param packetNumber the counter that the packet will carry if one is returned; it only grows within a session
     * @param maxBytes bound of the plaintext: UDP payload less 32
     * @return null if there is nothing to send now; the number is then not used up
     */
    public byte @Nullable [] nextPacket(long packetNumber, int maxBytes, long nowNanos) {
        throw new UnsupportedOperationException();
    }

    /**
     * Must be told each packet number that the owner uses for a packet of its own making (heartbeat, path challenge or
     * response): an acknowledgement of a number that was never sent is a violation.
     */
    public void sentByOwner(long packetNumber) {
        throw new UnsupportedOperationException();
    }

    /** When to call nextPacket again (ack delay, loss timer, pacing); {@link Long#MAX_VALUE} for never. */
    public long nextDeadlineNanos() {
        throw new UnsupportedOperationException();
    }

    /** Rekey with the same run ids: packet numbers start again, un-acked data is queued again. */
    public void sessionReplaced(long nowNanos) {
        throw new UnsupportedOperationException();
    }

    /** Either run id changed: streams start at offset 0, un-acked records, RESUME and APPLIED are forgotten. */
    public void restart() {
        throw new UnsupportedOperationException();
    }

    /** The peer's address (not only its port) changed and is validated: congestion and round-trip state start again. */
    public void pathChanged() {
        throw new UnsupportedOperationException();
    }

    /** Other record limits from the next record on: smaller ones for a peer that is not trusted yet. */
    public void recordLimits(int maxBodyBytes, int maxRawBytes) {
        throw new UnsupportedOperationException();
    }

    /** Gives back grants of the {@link ReceiveBudget}; call it when the association is forgotten. */
    public void dispose() {
        throw new UnsupportedOperationException();
    }

    /** Nothing queued, nothing in flight, no acknowledgement owed. */
    public boolean idle() {
        throw new UnsupportedOperationException();
    }

    /** Probe timeouts in a row without an acknowledgement. */
    public int ptoCount() {
        throw new UnsupportedOperationException();
    }

    /** Whether 3 probe timeouts and 10 s passed without any packet from the peer: handshake again. */
    public boolean dead(long nowNanos) {
        throw new UnsupportedOperationException();
    }

    /** Bytes of the channel accepted by {@link #offer} and not acknowledged yet. */
    public long unackedBytes(int channel) {
        throw new UnsupportedOperationException();
    }

    /** Smoothed round-trip time; 333 ms before the first sample. */
    public long smoothedRttNanos() {
        throw new UnsupportedOperationException();
    }
}
