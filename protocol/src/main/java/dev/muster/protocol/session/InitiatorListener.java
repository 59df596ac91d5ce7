package dev.muster.protocol.session;

import java.net.InetSocketAddress;
import java.util.List;

/** What an initiator reports, on the owner's thread. Handlers must not throw and must not block. */
public interface InitiatorListener extends ChannelListener {
    /** A session stands: at first, after a loss, and at each rekey. Send HELLO before anything new. */
    void established(Established session);

    @Override
    void writable();

    /** A collector there, or somebody who knows its public key, speaks only these versions of the protocol; each is 1 to 255. */
    default void incompatible(InetSocketAddress collector, List<Integer> versions) {}

    /**
     * No session stands any more; the endpoint is trying again by itself. Whether its streams are lost too, the next
     * {@link #established} says.
     */
    void lost(String reason);
}
