package dev.muster.protocol.session;

import dev.muster.protocol.wire.RespPayload;
import java.net.InetSocketAddress;
import java.time.Duration;

/** An initiator's session in use, and when it last spoke and heard. Owned by the endpoint's thread. */
final class CurrentSession {
    private static final long REKEY_NANOS = 3_600_000_000_000L;
    private static final double REKEY_JITTER = 0.1;
    private static final long REKEY_PACKETS = 1L << 22;

    /** With data outstanding: this many probes unanswered and this long nothing heard. */
    private static final int DEAD_PROBES = 3;

    private static final long DEAD_SILENCE_NANOS = 10_000_000_000L;

    final InetSocketAddress address;
    final SecureSession session;
    private final byte[] resetToken;
    private final int spreadSeconds;
    private final long keepaliveNanos;
    private final long rekeyAtNanos;
    private long spokeNanos;
    private long heardNanos;

    /** @param jitter uniform in [0, 1) */
    CurrentSession(
            InetSocketAddress address, SecureSession session, RespPayload payload, double jitter, long nowNanos) {
        this.address = address;
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
