package dev.muster.protocol.stream;

/**
 * Spreads packets over the round trip, RFC 9002 section 7.7: a bucket that fills at 1.25 windows a smoothed round trip
 * and holds 10 packets.
 */
final class Pacer {
    static final int BURST_BYTES = 10 * CongestionWindow.PACKET_BYTES;
    private static final double GAIN = 1.25;

    private double tokensBytes = BURST_BYTES;
    private boolean started;
    private long filledNanos;

    /** When a full packet may go; in the past if it may go now. */
    long readyNanos(int windowBytes, long smoothedRttNanos) {
        double missing = CongestionWindow.PACKET_BYTES - tokensBytes;
        return missing <= 0
                ? filledNanos
                : filledNanos + (long) Math.ceil(missing / bytesPerNano(windowBytes, smoothedRttNanos));
    }

    boolean ready(long nowNanos, int windowBytes, long smoothedRttNanos) {
        fill(nowNanos, windowBytes, smoothedRttNanos);
        return tokensBytes >= CongestionWindow.PACKET_BYTES;
    }

    void sent(int bytes, long nowNanos, int windowBytes, long smoothedRttNanos) {
        fill(nowNanos, windowBytes, smoothedRttNanos);
        // Probes go unasked; their debt is bounded so that it does not outlive a burst.
        tokensBytes = Math.max(tokensBytes - bytes, -BURST_BYTES);
    }

    private void fill(long nowNanos, int windowBytes, long smoothedRttNanos) {
        if (started) {
            double added = Math.max(0, nowNanos - filledNanos) * bytesPerNano(windowBytes, smoothedRttNanos);
            tokensBytes = Math.min(BURST_BYTES, tokensBytes + added);
        }
        started = true;
        filledNanos = nowNanos;
    }

    private static double bytesPerNano(int windowBytes, long smoothedRttNanos) {
        return GAIN * windowBytes / smoothedRttNanos;
    }
}
