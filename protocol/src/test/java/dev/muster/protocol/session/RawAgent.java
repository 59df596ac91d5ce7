package dev.muster.protocol.session;

import dev.muster.protocol.noise.HandshakeFailure;
import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.simulation.SimulatedNetwork;
import dev.muster.protocol.stream.ReceiveBudget;
import dev.muster.protocol.stream.StreamLimits;
import dev.muster.protocol.transport.Endpoint;
import dev.muster.protocol.transport.Outbound;
import dev.muster.protocol.wire.CollectorRun;
import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.FrameCodec;
import dev.muster.protocol.wire.InitPacket;
import dev.muster.protocol.wire.InitPayload;
import dev.muster.protocol.wire.Packets;
import dev.muster.protocol.wire.RespPacket;
import dev.muster.protocol.wire.RespPayload;
import dev.muster.protocol.wire.SpoolId;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Holds valid keys and obeys no rule: packets are made one by one, and what comes back is only collected. */
final class RawAgent implements Endpoint {
    final List<byte[]> received = new ArrayList<>();
    private final SimulatedNetwork network;
    private final InetSocketAddress collector;
    private final InitiatorConfig config;
    private final Collector place;
    private Outbound outbound = (_, _) -> {};

    RawAgent(SimulatedNetwork network, InetSocketAddress own, InetSocketAddress collector, PublicKey key) {
        this.network = network;
        this.collector = collector;
        this.place = new Collector(collector, key);
        this.config = new InitiatorConfig(
                StaticKeys.generate(network.random()),
                SpoolId.random(network.random()),
                network.random().nextLong(),
                StreamLimits.defaults(ReceiveBudget.unlimited()),
                network.random(),
                network.clock());
        network.attach(own, out -> {
            outbound = out;
            return this;
        });
    }

    /** An INIT that says it holds streams with that run. */
    PendingHandshake handshake(CollectorRun lastRun) {
        try {
            return PendingHandshake.toCollector(config, config.spool(), place, lastRun, Long.MAX_VALUE);
        } catch (HandshakeFailure e) {
            throw new AssertionError(e);
        }
    }

    /** An INIT to another agent. */
    PendingHandshake peerHandshake() throws HandshakeFailure {
        var said = new InitPayload(config.spool(), config.agentRun(), 0, Packets.MAX_BYTES, 0, CollectorRun.NONE);
        return new PendingHandshake(
                InitPacket.ROLE_TO_AGENT, config.keys(), place.key(), said, config.random(), Long.MAX_VALUE);
    }

    PublicKey key() {
        return config.keys().publicKey();
    }

    void send(byte[] packet) {
        outbound.send(collector, packet);
    }

    /** The session that the newest RESP offers, with what it says. */
    RespPayload answer(PendingHandshake handshake) {
        byte[] packet = received.stream()
                .filter(p -> Packets.type(p) == Packets.RESP)
                .reduce((_, last) -> last)
                .orElseThrow(() -> new AssertionError("no RESP"));
        try {
            byte[] payload = handshake
                    .noise()
                    .read(RespPacket.decode(packet).orElseThrow().noise());
            return RespPayload.decode(payload);
        } catch (HandshakeFailure e) {
            throw new AssertionError(e);
        }
    }

    SecureSession session(PendingHandshake handshake) {
        RespPayload payload = answer(handshake);
        return new SecureSession(
                handshake.sid(), payload.sid(), handshake.noise().keys(), network.nowNanos());
    }

    static byte[] frames(Frame... frames) {
        return FrameCodec.encodePacket(List.of(frames));
    }

    long count(int type) {
        return received.stream().filter(p -> Packets.type(p) == type).count();
    }

    @Override
    public void datagram(InetSocketAddress from, byte[] packet, long nowNanos) {
        received.add(packet);
    }

    @Override
    public void tick(long nowNanos) {}

    @Override
    public long nextDeadlineNanos() {
        return Long.MAX_VALUE;
    }
}
