package dev.muster.protocol.session;

import dev.muster.protocol.noise.Handshake;
import dev.muster.protocol.noise.HandshakeFailure;
import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.wire.CollectorRun;
import dev.muster.protocol.wire.CookiePacket;
import dev.muster.protocol.wire.InitPacket;
import dev.muster.protocol.wire.InitPayload;
import dev.muster.protocol.wire.Packets;
import dev.muster.protocol.wire.SpoolId;
import dev.muster.protocol.wire.VersionsPacket;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** An INIT that is out and not answered yet. */
final class PendingHandshake {
    private final long sid;
    private final PublicKey responder;
    private final long expiresNanos;
    private final Handshake.Initiator noise;
    private final byte[] packet;

    /**
     * @param role as in {@link InitPacket}
     * @param responder who alone can answer
     * @param random cryptographic in life: the session id and the ephemeral key come from it
     */
    PendingHandshake(
            int role,
            StaticKeys own,
            PublicKey responder,
            InitPayload payload,
            RandomGenerator random,
            long expiresNanos)
            throws HandshakeFailure {
        this.sid = random.nextLong();
        this.responder = responder;
        this.expiresNanos = expiresNanos;
        byte[] prologue = InitPacket.prologue(InitPacket.header(role, sid));
        this.noise = new Handshake.Initiator(prologue, own, StaticKeys.generate(random), responder);
        this.packet = new InitPacket(role, sid, noise.write(payload.encode())).encode();
        new InitMac(responder).sign(packet);
    }

    /** An INIT to a collector, wherever it may be. */
    static PendingHandshake toCollector(
            InitiatorConfig config, SpoolId spool, Collector collector, CollectorRun lastRun, long expiresNanos)
            throws HandshakeFailure {
        boolean multicast = collector.address().getAddress().isMulticastAddress();
        int role = InitPacket.ROLE_TO_COLLECTOR | (multicast ? InitPacket.ROLE_MULTICAST_BIT : 0);
        var payload =
                new InitPayload(spool, config.agentRun(), config.wallClock().millis(), Packets.MAX_BYTES, 0, lastRun);
        return new PendingHandshake(role, config.keys(), collector.key(), payload, config.random(), expiresNanos);
    }

    long sid() {
        return sid;
    }

    PublicKey responder() {
        return responder;
    }

    boolean expired(long nowNanos) {
        return nowNanos >= expiresNanos;
    }

    Handshake.Initiator noise() {
        return noise;
    }

    /** Writes mac2: we received this cookie at the address that the INIT will come from. */
    void prove(byte[] cookie) {
        CookieSeal.sign(packet, cookie);
    }

    /** What COOKIE brings; empty unless the responder made it for this INIT. */
    Optional<byte[]> cookie(CookiePacket answer) {
        return new CookieSeal(responder).open(packet, answer);
    }

    boolean authenticates(VersionsPacket answer) {
        return new VersionsMac(responder).verify(packet, answer);
    }

    /** A copy: whoever sends it may keep it. */
    byte[] packet() {
        return packet.clone();
    }
}
