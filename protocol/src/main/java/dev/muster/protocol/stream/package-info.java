/**
 * Reliable, ordered records between two associated endpoints: acknowledgement, loss recovery (RFC 9002), congestion and
 * flow control over packets that may be lost. Read {@link dev.muster.protocol.stream.ReliableChannels} first.
 */
@NullMarked
package dev.muster.protocol.stream;

import org.jspecify.annotations.NullMarked;
