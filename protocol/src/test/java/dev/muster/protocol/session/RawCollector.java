package dev.muster.protocol.session;

import dev.muster.protocol.noise.HandshakeFailure;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.simulation.SimulatedNetwork;
import dev.muster.protocol.transport.Endpoint;
import dev.muster.protocol.transport.Outbound;
import dev.muster.protocol.wire.CollectorRun;
import dev.muster.protocol.wire.InitPacket;
import dev.muster.protocol.wire.Packets;
import dev.muster.protocol.wire.RespPacket;
import dev.muster.protocol.wire.RespPayload;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Holds a collector's keys and answers only when and as told. */
final class RawCollector implements Endpoint {
    static final long SID = 77;

    final List<byte[]> received = new ArrayList<>();
    final StaticKeys keys;
    private final SimulatedNetwork network;
    private final InetSocketAddress agent;
    private Outbound outbound = (_, _) -> {};

    RawCollector(SimulatedNetwork network, InetSocketAddress own, InetSocketAddress agent) {
        this.network = network;
        this.agent = agent;
        this.keys = StaticKeys.generate(network.random());
        network.attach(own, out -> {
            outbound = out;
            return this;
        });
    }

    /** What it would say in RESP. */
    static RespPayload says(CollectorRun run, int caps, int spreadSeconds) {
        return new RespPayload(SID, run, token(), Packets.MAX_BYTES, caps, 0, spreadSeconds, 25, 0);
    }

    static byte[] token() {
        byte[] token = new byte[RespPayload.TOKEN_BYTES];
        Arrays.fill(token, (byte) 0x5A);
        return token;
    }

    /** An answer to the newest INIT, with the session that it makes. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Answer(byte[] packet, SecureSession session) {}

    Answer answer(RespPayload payload) {
        byte[] packet = inits().getLast();
        try {
            AnsweredHandshake handshake =
                    AnsweredHandshake.read(InitPacket.decode(packet).orElseThrow(), packet, keys);
            byte[] message = handshake.noise().write(payload.encode(), StaticKeys.generate(network.random()));
            long sid = handshake.init().sid();
            var session =
                    new SecureSession(payload.sid(), sid, handshake.noise().keys(), network.nowNanos());
            return new Answer(new RespPacket(sid, message).encode(), session);
        } catch (HandshakeFailure e) {
            throw new AssertionError(e);
        }
    }

    List<byte[]> inits() {
        return received.stream().filter(p -> Packets.type(p) == Packets.INIT).toList();
    }

    void send(byte[] packet) {
        outbound.send(agent, packet);
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
