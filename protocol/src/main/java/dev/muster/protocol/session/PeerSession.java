package dev.muster.protocol.session;

import java.net.InetSocketAddress;

/** A session with another agent that both sides may use. Owned by the endpoint's thread. */
final class PeerSession {
    /** Whose INIT it began with. */
    enum Initiator {
        US,
        THEM
    }

    final SecureSession session;
    final Initiator initiator;
    final long peerRun;
    final InetSocketAddress address;
    private long heardNanos;

    /** @param peerRun the other agent's run: another one means that it forgot this session */
    PeerSession(SecureSession session, Initiator initiator, long peerRun, InetSocketAddress address, long nowNanos) {
        this.session = session;
        this.initiator = initiator;
        this.peerRun = peerRun;
        this.address = address;
        this.heardNanos = nowNanos;
    }

    /** One that they began was confirmed to us by their first packet; one of ours is by anything that comes on it. */
    boolean isHeldByBoth() {
        return initiator == Initiator.THEM || heardNanos > session.bornNanos();
    }

    void heard(long nowNanos) {
        heardNanos = nowNanos;
    }

    long heardNanos() {
        return heardNanos;
    }
}
