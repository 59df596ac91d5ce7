package dev.muster.protocol.transport;

import java.net.InetSocketAddress;

/** Where an endpoint's datagrams go. Never blocks; a datagram that cannot be sent now is lost, as on any network. */
public interface Outbound {
    /** Sends; the array belongs to the receiver of the call. To a multicast address with the multicast TTL. */
    void send(InetSocketAddress to, byte[] packet);
}
