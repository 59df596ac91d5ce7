package dev.muster.bench;

import dev.muster.protocol.noise.AeadKey;
import dev.muster.protocol.noise.HandshakeFailure;
import dev.muster.protocol.noise.Primitives;
import dev.muster.protocol.noise.SessionKeys;
import dev.muster.protocol.replay.ReplayWindow;
import dev.muster.protocol.session.ResponderEndpoint;
import dev.muster.protocol.transport.Offload;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/** What an agent that says nothing costs a collector: all that the protocol holds for it, then its keys and replay window alone. */
final class HeapItem implements Item {
    private static final int GOAL_BYTES = 600;
    private static final int SESSIONS = 10_000;
    private static final int KEYS = 50_000;
    private static final int PACKET_BYTES = 60;
    private static final long PAUSE_NANOS = 1_000_000;

    private record Alone(SessionKeys keys, ReplayWindow window) {}

    @Override
    public List<Row> measure() throws Exception {
        long whole = association();
        return List.of(
                new Row(
                        "heap of an idle session, association and channels with it",
                        "≤ %d B".formatted(GOAL_BYTES),
                        whole + " B",
                        "",
                        Row.Verdict.of(whole <= GOAL_BYTES)),
                new Row("heap of its keys and replay window alone", "", keysAlone() + " B", "", Row.Verdict.NO_GOAL));
    }

    private static long association() throws Exception {
        Queue<byte[]> answers = new ArrayDeque<>();
        ResponderEndpoint collector = Parts.collector((_, packet) -> answers.add(packet), Offload.INLINE, _ -> {});
        // The first loads classes and tables.
        connect(collector, answers, SESSIONS);
        long before = usedBytes();
        for (int i = 0; i < SESSIONS; i++) {
            connect(collector, answers, i);
        }
        long after = usedBytes();
        if (collector.associations().size() != SESSIONS + 1) {
            throw new IllegalStateException("only " + collector.associations().size() + " sessions");
        }
        return (after - before) / SESSIONS;
    }

    private static void connect(ResponderEndpoint collector, Queue<byte[]> answers, int number)
            throws HandshakeFailure, UnknownHostException {
        long nowNanos = (number + 1) * PAUSE_NANOS;
        var from = new InetSocketAddress(
                InetAddress.getByAddress(new byte[] {127, 1, (byte) (number >> 8), (byte) number}), 1984);
        var agent = new RawAgent();
        collector.datagram(from, agent.init(), nowNanos);
        SessionKeys keys = agent.answered(answers.remove());
        collector.datagram(from, agent.packet(keys, PACKET_BYTES), nowNanos);
        collector.tick(nowNanos);
        answers.clear();
    }

    private static long keysAlone() {
        Map<Long, Alone> sessions = new HashMap<>();
        long before = usedBytes();
        for (long i = 0; i < KEYS; i++) {
            var keys = new SessionKeys(
                    new AeadKey(new byte[Primitives.HASH_BYTES]), new AeadKey(new byte[Primitives.HASH_BYTES]));
            sessions.put(Parts.RANDOM.nextLong(), new Alone(keys, new ReplayWindow()));
        }
        long after = usedBytes();
        if (sessions.size() != KEYS) {
            throw new IllegalStateException("ids met");
        }
        return (after - before) / KEYS;
    }

    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
