package dev.muster.protocol.session;

import dev.muster.protocol.noise.SessionKeys;
import dev.muster.protocol.replay.ReplayWindow;
import dev.muster.protocol.wire.DataPacket;
import dev.muster.protocol.wire.Packets;
import java.util.Optional;

/** The keys and counters of one finished handshake: seals and opens DATA packets. Owned by the endpoint's thread. */
final class SecureSession {
    /** RFC 9001 section 6.6: the confidentiality limit of AES-GCM for packets of this size. */
    static final long MAX_SENT_PACKETS = 1L << 23;

    /** Far below the integrity limit of AES-GCM, 2^52 (RFC 9001 section 6.6). */
    private static final long MAX_FORGERIES = 1L << 30;

    static final long MAX_AGE_NANOS = 3L * 3_600 * 1_000_000_000;

    private final long localSid;
    private final long remoteSid;
    private final SessionKeys keys;
    private final long bornNanos;
    private final ReplayWindow replay = new ReplayWindow();
    private long nextCounter;
    private long forgeries;

    SecureSession(long localSid, long remoteSid, SessionKeys keys, long bornNanos) {
        this.localSid = localSid;
        this.remoteSid = remoteSid;
        this.keys = keys;
        this.bornNanos = bornNanos;
    }

    /** What packets to this side carry. */
    long localSid() {
        return localSid;
    }

    /** What packets to the other side carry. */
    long remoteSid() {
        return remoteSid;
    }

    long bornNanos() {
        return bornNanos;
    }

    /** The counter that {@link #seal} will use. */
    long nextCounter() {
        return nextCounter;
    }

    /** False for good once its keys sealed too much, or for too long. */
    boolean maySend(long nowNanos) {
        return nextCounter < MAX_SENT_PACKETS && nowNanos - bornNanos < MAX_AGE_NANOS;
    }

    /** The packet that carries these frames; uses up one counter. */
    byte[] seal(byte[] frames) {
        byte[] packet = DataPacket.allocate(remoteSid, nextCounter, frames.length);
        keys.sending().seal(nextCounter, packet, 0, Packets.HEADER_BYTES, frames, packet, Packets.HEADER_BYTES);
        nextCounter++;
        return packet;
    }

    /** The frames of a well-formed DATA packet to this session; empty, and counted, if it is a replay or a forgery. */
    Optional<byte[]> open(byte[] packet, DropCounters drops) {
        long counter = DataPacket.counter(packet);
        if (!replay.fresh(counter)) {
            drops.count(Drop.REPLAYED);
            return Optional.empty();
        }
        int sealed = packet.length - Packets.HEADER_BYTES;
        Optional<byte[]> frames =
                keys.receiving().open(counter, packet, 0, Packets.HEADER_BYTES, packet, Packets.HEADER_BYTES, sealed);
        if (frames.isEmpty()) {
            drops.count(Drop.BAD_TAG);
            forged();
            return frames;
        }
        replay.accept(counter);
        return frames;
    }

    /** How a packet that {@link #open} opened just now stands among those before it. */
    Paths.Order order(byte[] packet) {
        return DataPacket.counter(packet) == replay.newest() ? Paths.Order.NEWEST : Paths.Order.OVERTAKEN;
    }

    /** The keys are gone: nothing opens any more, so that the session falls silent and is replaced. */
    private void forged() {
        if (++forgeries >= MAX_FORGERIES) {
            keys.receiving().wipe();
        }
    }

    /** Forgets the keys; the session is of no use any more. */
    void wipe() {
        keys.wipe();
    }
}
