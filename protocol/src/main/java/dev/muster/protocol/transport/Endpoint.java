package dev.muster.protocol.transport;

import java.net.InetSocketAddress;

/**
 * Protocol logic with no clock, socket or thread inside. All calls come from one thread, the owner's; none blocks. Times are readings of
 * one monotonic clock, in nanoseconds.
 */
public interface Endpoint {
    /** A datagram arrived. The array belongs to the endpoint from now on. */
    void datagram(InetSocketAddress from, byte[] packet, long nowNanos);

    /** Time passed, or something was asked of the endpoint from outside. */
    void tick(long nowNanos);

    /** When to call {@link #tick} next; {@link Long#MIN_VALUE} for at once, {@link Long#MAX_VALUE} for never. */
    long nextDeadlineNanos();
}
