package dev.muster.protocol.session;

import dev.muster.protocol.noise.PublicKey;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Another agent to speak with.
 *
 * @param key the key that it must prove to hold
 * @param addresses where it may be, best first; 1 to 16
 */
public record Peer(PublicKey key, List<InetSocketAddress> addresses) {
    public static final int MAX_ADDRESSES = 16;

    public Peer {
        addresses = List.copyOf(addresses);
        if (addresses.isEmpty() || addresses.size() > MAX_ADDRESSES) {
            throw new IllegalArgumentException(
                    "a peer has 1 to " + MAX_ADDRESSES + " addresses, not " + addresses.size());
        }
        addresses.forEach(Peer::requireUnicast);
    }

    private static void requireUnicast(InetSocketAddress address) {
        boolean usable = !address.isUnresolved()
                && address.getPort() != 0
                && !address.getAddress().isMulticastAddress()
                && !address.getAddress().isAnyLocalAddress();
        if (!usable) {
            throw new IllegalArgumentException("no address of a peer: " + address);
        }
    }
}
