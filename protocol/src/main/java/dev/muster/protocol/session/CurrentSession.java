package dev.muster.protocol.session;

import dev.muster.protocol.wire.Packets;
import dev.muster.protocol.wire.RespPacket;
import dev.muster.protocol.wire.RespPayload;
import java.time.Duration;

/** An initiator's session in use, and when it last spoke and heard. Owned by the endpoint's thread. */
final class CurrentSession {
    private static final long REKEY_NANOS = 3_600_000_000_000L;
    private static final double REKEY_JITTER = 0.1;
    private static final long REKEY_PACKETS = 1L << 22;

    /** With data outstanding: this many probes unanswered and this long nothing heard. */
    private static final int DEAD_PROBES = 3;

    private static final long DEAD_SILENCE_NANOS = 10_000_000_000L;

    /** A session that the collector has not confirmed is tried so often, and given up when the collector forgets it too. */
    private static final long PROOF_RETRY_NANOS = 1_000_000_000L;

    /** Whether we chose to send to an address, or only know it from a RESP. */
    enum Origin {
        TOLD,
        UNTOLD
    }

    final Paths paths;
    final SecureSession session;
    private final byte[] resetToken;
    private final int spreadSeconds;
    private final long keepaliveNanos;
    private final long rekeyAtNanos;
    private long spokeNanos;
    private long heardNanos;
    private boolean proven;
    private int creditBytes = RespPacket.BYTES;
    private long proofAtNanos;

    /** @param jitter uniform in [0, 1) */
    CurrentSession(
            Paths paths, Origin origin, SecureSession session, RespPayload payload, double jitter, long nowNanos) {
        this.paths = paths;
        this.proven = origin == Origin.TOLD;
        this.proofAtNanos = nowNanos;
        this.session = session;
        this.resetToken = payload.resetToken();
        this.spreadSeconds = payload.spreadSeconds();
        this.keepaliveNanos =
                Duration.ofSeconds(Math.max(1, payload.keepaliveSeconds())).toNanos();
        this.rekeyAtNanos = nowNanos + (long) (REKEY_NANOS * (1 + REKEY_JITTER * (2 * jitter - 1)));
        this.spokeNanos = nowNanos;
        this.heardNanos = nowNanos;
    }

    /** What a RESET must show. */
    byte[] resetToken() {
        return resetToken;
    }

    /** After a RESET wait a random part of this. */
    long spreadNanos() {
        return Duration.ofSeconds(spreadSeconds).toNanos();
    }

    Duration keepalive() {
        return Duration.ofNanos(keepaliveNanos);
    }

    /** Whether more may go to the address than came from it. */
    boolean proven() {
        return proven;
    }

    /** A packet came in this session: the collector has received ours, so it is where we sent it. */
    void prove() {
        proven = true;
    }

    /** Whether to send another packet that asks for this proof; if so, it counts. */
    boolean affordsProof(long nowNanos) {
        if (nowNanos < proofAtNanos || creditBytes < Packets.MIN_DATA_BYTES) {
            return false;
        }
        creditBytes -= Packets.MIN_DATA_BYTES;
        proofAtNanos = nowNanos + PROOF_RETRY_NANOS;
        return true;
    }

    /** When to ask for the proof again, or to give up. */
    long proofAtNanos() {
        long giveUp = giveUpNanos();
        return creditBytes < Packets.MIN_DATA_BYTES ? giveUp : Math.min(proofAtNanos, giveUp);
    }

    /** When a session that is not proven is worth nothing: the collector has forgotten it. */
    long giveUpNanos() {
        return proven ? Long.MAX_VALUE : session.bornNanos() + Unconfirmed.LIFE_NANOS;
    }

    void spoke(long nowNanos) {
        spokeNanos = nowNanos;
    }

    void heard(long nowNanos) {
        heardNanos = nowNanos;
    }

    long keepaliveAtNanos() {
        return spokeNanos + keepaliveNanos;
    }

    /** When the session is dead unless something is heard before; {@link Long#MAX_VALUE} while nothing is wrong. */
    long deadAtNanos(int unansweredProbes) {
        return unansweredProbes < DEAD_PROBES ? Long.MAX_VALUE : heardNanos + DEAD_SILENCE_NANOS;
    }

    /** By time, or at once when enough packets were sent. */
    long rekeyAtNanos() {
        return session.nextCounter() >= REKEY_PACKETS ? Long.MIN_VALUE : rekeyAtNanos;
    }
}
