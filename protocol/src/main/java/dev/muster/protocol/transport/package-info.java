/**
 * The seam between protocol logic and the world: datagrams in and out, a monotonic clock, heavy work done elsewhere. Read
 * {@link dev.muster.protocol.transport.Endpoint} first; {@code udp} is the real world, the tests' simulated network another.
 */
@NullMarked
package dev.muster.protocol.transport;

import org.jspecify.annotations.NullMarked;
