package dev.muster.protocol.stream;

/** NewReno with a bounded window, RFC 9002 section 7. Counts UDP payload bytes of ack-eliciting packets. */
final class CongestionWindow {
    /** UDP payload of a full packet (specification). */
    static final int PACKET_BYTES = 1_200;

    static final int INITIAL_BYTES = 10 * PACKET_BYTES;
    static final int MIN_BYTES = 2 * PACKET_BYTES;

    /** Specification: more than the 64 KiB of credit that a channel grants would serve nobody. */
    static final int MAX_BYTES = 64 * PACKET_BYTES;

    /** With no more than this unused, the window is what limits the sender. */
    private static final int SLACK_BYTES = 3 * PACKET_BYTES;

    private int windowBytes = INITIAL_BYTES;
    private int slowStartThresholdBytes = Integer.MAX_VALUE;
    private int inFlightBytes;
    private boolean recovering;
    private long recoveryStartNanos;

    int windowBytes() {
        return windowBytes;
    }

    int inFlightBytes() {
        return inFlightBytes;
    }

    boolean admits(int bytes) {
        return inFlightBytes + bytes <= windowBytes;
    }

    void sent(int bytes) {
        inFlightBytes += bytes;
    }

    /** Whether the window, not the application, limits the sender; to be asked before the packets are taken off. */
    boolean limiting() {
        return inFlightBytes + SLACK_BYTES >= windowBytes || (slowStart() && inFlightBytes >= windowBytes / 2);
    }

    /** An acknowledged packet; grows the window if it was {@link #limiting}. */
    void acked(SentPacket packet, boolean wasLimiting) {
        inFlightBytes -= packet.bytes();
        if (!wasLimiting || inRecovery(packet.sentNanos())) {
            return;
        }
        int growth = slowStart() ? packet.bytes() : PACKET_BYTES * packet.bytes() / windowBytes;
        windowBytes = Math.min(windowBytes + growth, MAX_BYTES);
    }

    /** A lost packet; halves the window once a round trip. Whether it did. */
    boolean lost(SentPacket packet, long nowNanos) {
        inFlightBytes -= packet.bytes();
        if (inRecovery(packet.sentNanos())) {
            return false;
        }
        recovering = true;
        recoveryStartNanos = nowNanos;
        slowStartThresholdBytes = windowBytes / 2;
        windowBytes = Math.max(slowStartThresholdBytes, MIN_BYTES);
        return true;
    }

    void persistentCongestion() {
        windowBytes = MIN_BYTES;
        recovering = false;
    }

    /** Nothing is in flight any more, and nobody knows what became of it. */
    void forgetInFlight() {
        inFlightBytes = 0;
    }

    private boolean slowStart() {
        return windowBytes < slowStartThresholdBytes;
    }

    private boolean inRecovery(long sentNanos) {
        return recovering && sentNanos <= recoveryStartNanos;
    }
}
