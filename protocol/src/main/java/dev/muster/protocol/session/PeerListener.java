package dev.muster.protocol.session;

import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.wire.Frame;
import java.net.InetSocketAddress;

/**
 * What the other agents do, on the owner's thread. Each call proves that the peer ran a moment ago: nobody else can cause one, and no
 * replay. Handlers must not throw and must not block; they may call {@link PeerEndpoint#heartbeat}.
 */
public interface PeerListener {
    /** A session stands: at first, after either side began anew, and at each rekey. */
    void established(PublicKey peer, InetSocketAddress address, long nowNanos);

    void heartbeat(PublicKey peer, Frame.Heartbeat beat, long nowNanos);

    /**
     * The peer said that it ends; silence is to be expected until it comes back.
     *
     * @param reason one of {@link dev.muster.protocol.wire.CloseReason}
     * @param text the peer's word on one line
     */
    void closed(PublicKey peer, int reason, String text, long nowNanos);
}
