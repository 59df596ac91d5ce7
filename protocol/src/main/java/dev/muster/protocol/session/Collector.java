package dev.muster.protocol.session;

import dev.muster.protocol.noise.PublicKey;
import java.net.InetSocketAddress;

/**
 * Where a collector may be found.
 *
 * @param address a host's, or a multicast group's: the answer then comes from the collector's own address
 * @param key the key that it must prove to hold
 */
public record Collector(InetSocketAddress address, PublicKey key) {
    public Collector {
        if (address.isUnresolved() || address.getPort() == 0) {
            throw new IllegalArgumentException("no address to send to: " + address);
        }
    }
}
