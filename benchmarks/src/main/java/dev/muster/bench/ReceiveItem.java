package dev.muster.bench;

import dev.muster.protocol.noise.SessionKeys;
import dev.muster.protocol.session.DropCounters;
import dev.muster.protocol.session.ResponderEndpoint;
import dev.muster.protocol.transport.Endpoint;
import dev.muster.protocol.transport.Offload;
import dev.muster.protocol.udp.UdpHost;
import dev.muster.protocol.wire.Packets;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** A collector's way of a packet of 100 B, from the socket to the frame's listener, against a plain socket's read and AES-GCM. */
final class ReceiveItem implements Item {
    private static final double GOAL = 2;
    private static final int PACKET_BYTES = 100;
    private static final int PACKETS = 1_000;
    private static final int WARM_UPS = 100;
    private static final int ROUNDS = 101;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int KEY_BYTES = 32;

    private final Cipher cipher;
    private final SecretKeySpec key = new SecretKeySpec(new byte[KEY_BYTES], "AES");
    private final byte[] packet = new byte[PACKET_BYTES];

    ReceiveItem() {
        try {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform has no AES-GCM", e);
        }
    }

    @Override
    public List<Row> measure() throws Exception {
        Queue<byte[]> answers = new ConcurrentLinkedQueue<>();
        var collector = new AtomicReference<ResponderEndpoint>();
        try (var host = new HostDrain(world -> endpoint(world, answers, collector));
                var bare = new BareDrain()) {
            var agent = new RawAgent();
            InetSocketAddress from = host.senderAddress();
            host.onLoop(() -> collector.get().datagram(from, agent.init(), System.nanoTime()));
            SessionKeys keys = agent.answered(answers.remove());
            Comparison times = Comparison.of(
                    WARM_UPS, ROUNDS, () -> host.round(packets(agent, keys)), () -> bare.round(sealed(), this::open));
            requireNoDrops(collector.get().drops());
            return List.of(new Row(
                    "receive and open 100 B, whole endpoint",
                    "≤ %.0f × socket read and AES-GCM".formatted(GOAL),
                    "%.2f µs; bare %.2f µs".formatted(times.ours() / 1_000, times.bare() / 1_000),
                    "%.2f".formatted(times.ratio()),
                    Row.Verdict.of(times.ratio() <= GOAL)));
        }
    }

    private static Endpoint endpoint(
            UdpHost.World world, Queue<byte[]> answers, AtomicReference<ResponderEndpoint> collector) {
        collector.set(Parts.collector(
                (to, packet) -> {
                    answers.add(packet);
                    world.send(to, packet);
                },
                Offload.INLINE,
                _ -> {}));
        return collector.get();
    }

    private static void requireNoDrops(DropCounters drops) {
        if (drops.snapshot().values().stream().anyMatch(count -> count > 0)) {
            throw new IllegalStateException("dropped: " + drops.snapshot());
        }
    }

    private static List<byte[]> packets(RawAgent agent, SessionKeys keys) {
        List<byte[]> packets = new ArrayList<>();
        for (int i = 0; i < PACKETS; i++) {
            packets.add(agent.packet(keys, PACKET_BYTES));
        }
        return packets;
    }

    private List<byte[]> sealed() throws Exception {
        List<byte[]> packets = new ArrayList<>();
        for (int i = 0; i < PACKETS; i++) {
            byte[] out = new byte[PACKET_BYTES];
            ByteBuffer.wrap(out).putLong(Long.BYTES, i);
            cipher.init(Cipher.ENCRYPT_MODE, key, nonce(out));
            cipher.updateAAD(out, 0, Packets.HEADER_BYTES);
            int plain = PACKET_BYTES - Packets.HEADER_BYTES - TAG_BITS / Byte.SIZE;
            cipher.doFinal(new byte[plain], 0, plain, out, Packets.HEADER_BYTES);
            packets.add(out);
        }
        return packets;
    }

    private void open(ByteBuffer datagram) throws Exception {
        datagram.get(packet);
        cipher.init(Cipher.DECRYPT_MODE, key, nonce(packet));
        cipher.updateAAD(packet, 0, Packets.HEADER_BYTES);
        byte[] plain = cipher.doFinal(packet, Packets.HEADER_BYTES, PACKET_BYTES - Packets.HEADER_BYTES);
        if (plain.length == 0) {
            throw new IllegalStateException("nothing inside");
        }
    }

    private static GCMParameterSpec nonce(byte[] header) {
        byte[] nonce = new byte[NONCE_BYTES];
        System.arraycopy(header, Long.BYTES, nonce, NONCE_BYTES - Long.BYTES, Long.BYTES);
        return new GCMParameterSpec(TAG_BITS, nonce);
    }
}
