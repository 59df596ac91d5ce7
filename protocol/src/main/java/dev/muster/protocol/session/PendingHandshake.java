package dev.muster.protocol.session;

import dev.muster.protocol.noise.Handshake;
import dev.muster.protocol.noise.HandshakeFailure;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.wire.CollectorRun;
import dev.muster.protocol.wire.InitPacket;
import dev.muster.protocol.wire.InitPayload;
import dev.muster.protocol.wire.Packets;
import dev.muster.protocol.wire.SpoolId;

/** An INIT that is out and not answered yet. */
final class PendingHandshake {
    private final long sid;
    private final Collector collector;
    private final long expiresNanos;
    private final Handshake.Initiator noise;
    private final byte[] packet;

    PendingHandshake(
            InitiatorConfig config, SpoolId spool, Collector collector, CollectorRun lastRun, long expiresNanos)
            throws HandshakeFailure {
        this.sid = config.random().nextLong();
        this.collector = collector;
        this.expiresNanos = expiresNanos;
        boolean multicast = collector.address().getAddress().isMulticastAddress();
        int role = InitPacket.ROLE_TO_COLLECTOR | (multicast ? InitPacket.ROLE_MULTICAST_BIT : 0);
        byte[] prologue = InitPacket.prologue(InitPacket.header(role, sid));
        StaticKeys ephemeral = StaticKeys.generate(config.random());
        this.noise = new Handshake.Initiator(prologue, config.keys(), ephemeral, collector.key());
        var payload =
                new InitPayload(spool, config.agentRun(), config.wallClock().millis(), Packets.MAX_BYTES, 0, lastRun);
        this.packet = new InitPacket(role, sid, noise.write(payload.encode())).encode();
        new InitMac(collector.key()).sign(packet);
    }

    long sid() {
        return sid;
    }

    Collector collector() {
        return collector;
    }

    boolean expired(long nowNanos) {
        return nowNanos >= expiresNanos;
    }

    Handshake.Initiator noise() {
        return noise;
    }

    /** A copy: whoever sends it may keep it. */
    byte[] packet() {
        return packet.clone();
    }
}
