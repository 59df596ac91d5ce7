package dev.muster.bench;

import dev.muster.protocol.noise.AeadKey;
import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.session.Collector;
import dev.muster.protocol.session.DeafInitiator;
import dev.muster.protocol.session.InitiatorConfig;
import dev.muster.protocol.session.InitiatorEndpoint;
import dev.muster.protocol.session.ResponderEndpoint;
import dev.muster.protocol.transport.Offload;
import dev.muster.protocol.wire.InitPayload;
import dev.muster.protocol.wire.RespPayload;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * Both sides of a handshake by the endpoints (INIT, RESP and the first DATA, with macs, hashes and an association made) against
 * its Diffie-Hellman and AES-GCM alone.
 */
final class HandshakeItem implements Item {
    private static final double GOAL = 1.35;
    private static final int HANDSHAKES = 50;
    private static final int WARM_UPS = 30;
    private static final int ROUNDS = 41;
    private static final int AGREEMENTS = 8;
    private static final int EPHEMERALS = 2;
    private static final long PAUSE_NANOS = 10_000_000;

    private final InetSocketAddress agentAddress = new InetSocketAddress("127.0.0.2", 2);
    private final InetSocketAddress collectorAddress = new InetSocketAddress("127.0.0.1", 1);
    private final Queue<byte[]> toCollector = new ArrayDeque<>();
    private final Queue<byte[]> toAgent = new ArrayDeque<>();
    private final StaticKeys agentKeys = StaticKeys.generate(Parts.RANDOM);
    private final ResponderEndpoint collector =
            Parts.collector((_, packet) -> toAgent.add(packet), Offload.INLINE, _ -> {});
    private final byte[] privateKey = new byte[X25519.SCALAR_SIZE];
    private final byte[] publicKey = new byte[X25519.POINT_SIZE];
    private final byte[] shared = new byte[X25519.POINT_SIZE];
    private long nowNanos = 1;
    private long established;
    private long counter;

    @Override
    public List<Row> measure() throws Exception {
        Parts.RANDOM.nextBytes(privateKey);
        X25519.generatePublicKey(privateKey, 0, publicKey, 0);
        Comparison times = Comparison.of(WARM_UPS, ROUNDS, this::endpoints, this::primitives);
        if (established != (long) HANDSHAKES * (WARM_UPS + ROUNDS)) {
            throw new IllegalStateException("only " + established + " handshakes succeeded");
        }
        return List.of(new Row(
                "handshake, both sides",
                "≤ %.2f × its Diffie-Hellman and AES-GCM".formatted(GOAL),
                "%.0f µs; bare %.0f µs".formatted(times.ours() / 1_000, times.bare() / 1_000),
                "%.2f".formatted(times.ratio()),
                Row.Verdict.of(times.ratio() <= GOAL)));
    }

    private double endpoints() {
        long start = System.nanoTime();
        for (int i = 0; i < HANDSHAKES; i++) {
            handshake();
        }
        return (System.nanoTime() - start) / (double) HANDSHAKES;
    }

    private void handshake() {
        nowNanos += PAUSE_NANOS;
        InitiatorConfig config = Parts.agent(agentKeys);
        var agent = new InitiatorEndpoint(config, (_, packet) -> toCollector.add(packet), new DeafInitiator());
        agent.collectors(List.of(new Collector(collectorAddress, Parts.COLLECTOR.publicKey())));
        agent.tick(nowNanos);
        collector.datagram(agentAddress, toCollector.remove(), nowNanos);
        agent.datagram(collectorAddress, toAgent.remove(), nowNanos);
        collector.datagram(agentAddress, toCollector.remove(), nowNanos);
        established += collector.associations().stream()
                .filter(each -> each.agentRun() == config.agentRun())
                .count();
        // One agent, many spools: none is kept.
        agent.close("measured", nowNanos);
        collector.datagram(agentAddress, toCollector.remove(), nowNanos);
        toAgent.clear();
        toCollector.clear();
    }

    private double primitives() {
        long start = System.nanoTime();
        for (int i = 0; i < HANDSHAKES; i++) {
            bare();
        }
        return (System.nanoTime() - start) / (double) HANDSHAKES;
    }

    private void bare() {
        for (int i = 0; i < EPHEMERALS; i++) {
            X25519.generatePublicKey(privateKey, 0, shared, 0);
        }
        for (int i = 0; i < AGREEMENTS; i++) {
            if (!X25519.calculateAgreement(privateKey, 0, publicKey, 0, shared, 0)) {
                throw new IllegalStateException("all zero");
            }
        }
        // Noise changes the key for each.
        sealAndOpen(PublicKey.BYTES);
        sealAndOpen(InitPayload.BYTES);
        sealAndOpen(RespPayload.BYTES);
    }

    private void sealAndOpen(int bytes) {
        var key = new AeadKey(shared.clone());
        byte[] sealed = key.seal(++counter, publicKey, new byte[bytes]);
        if (key.open(counter, publicKey, 0, publicKey.length, sealed, 0, sealed.length)
                .isEmpty()) {
            throw new IllegalStateException("bad tag");
        }
    }
}
