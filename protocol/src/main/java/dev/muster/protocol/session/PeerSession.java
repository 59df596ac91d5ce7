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
    private long creditBytes = Long.MAX_VALUE;

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

    /** Nobody told us its address: until it is heard in the session, it gets no more than came from there. */
    void limit(long bytes) {
        creditBytes = bytes;
    }

    /** Whether a packet of this size may go; if so, it counts. */
    boolean affords(int bytes) {
        if (creditBytes == Long.MAX_VALUE) {
            return true;
        }
        if (bytes > creditBytes) {
            return false;
        }
        creditBytes -= bytes;
        return true;
    }

    void heard(long nowNanos) {
        creditBytes = Long.MAX_VALUE;
        heardNanos = nowNanos;
    }

    long heardNanos() {
        return heardNanos;
    }
}
