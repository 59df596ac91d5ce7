package dev.muster.protocol.session;

import dev.muster.protocol.noise.PublicKey;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * A session with a collector.
 *
 * @param collector the key that it proved to hold
 * @param address where it answers
 * @param trust what it thinks of this agent; the reason follows in the record STATUS
 * @param streamsContinue false where streams start anew: nothing offered before counts as offered
 * @param keepalive how long this side may be silent
 */
public record Established(
        PublicKey collector, InetSocketAddress address, Trust trust, boolean streamsContinue, Duration keepalive) {}
