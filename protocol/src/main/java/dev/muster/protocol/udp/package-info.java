/**
 * The real world for an endpoint: a UDP socket, the monotonic clock, worker threads. The only package that knows sockets
 * and threads; read {@link dev.muster.protocol.udp.UdpHost}, which is its entry.
 */
@NullMarked
package dev.muster.protocol.udp;

import org.jspecify.annotations.NullMarked;
