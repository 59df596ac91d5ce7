package dev.muster.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.FrameCodec;
import dev.muster.protocol.wire.ProtocolViolation;
import dev.muster.protocol.wire.SpoolId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** Two endpoints over a lossy path in virtual time. */
final class SimulatedPair {
    static final int SPACE_BYTES = 1_168;
    static final long MILLI = 1_000_000;

    /** One-way. */
    record Path(long delayNanos, long jitterNanos, double loss, double duplication) {
        static Path of(int delayMillis, int jitterMillis, double loss, double duplication) {
            return new Path(delayMillis * MILLI, jitterMillis * MILLI, loss, duplication);
        }
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Flying(long arrivalNanos, long order, Endpoint to, int session, long number, byte[] plaintext) {}

    final Endpoint agent;
    final Endpoint collector;
    Path path;
    long now = 1_000 * MILLI;
    private int session;
    private long order;
    private final Random random;
    private final PriorityQueue<Flying> flying = new PriorityQueue<>((x, y) -> {
        int byTime = Long.compare(x.arrivalNanos, y.arrivalNanos);
        return byTime != 0 ? byTime : Long.compare(x.order, y.order);
    });

    SimulatedPair(long seed, Path path) {
        this(seed, path, StreamLimits.defaults(ReceiveBudget.unlimited()));
    }

    SimulatedPair(long seed, Path path, StreamLimits limits) {
        // Random's first numbers are alike for small seeds: a golden-ratio step keeps the paths apart.
        this.random = new Random(seed * 0x9E37_79B9_7F4A_7C15L);
        this.path = path;
        this.agent = new Endpoint(Role.INITIATOR, limits);
        this.collector = new Endpoint(Role.RESPONDER, limits);
    }

    /** One side, its log of events, and the records that it still has to offer. */
    final class Endpoint implements ReliableChannels.Events {
        final ReliableChannels channels;
        final List<List<StreamRecord>> received = List.of(new ArrayList<>(), new ArrayList<>());
        final List<Deque<StreamRecord>> toSend = List.of(new ArrayDeque<>(), new ArrayDeque<>());
        final List<String> log = new ArrayList<>();
        final List<Frame> sentFrames = new ArrayList<>();
        Predicate<List<Frame>> dropped = frames -> false;
        long nextNumber;
        int packets;
        int largestBurst;
        private int burst;
        private long burstNanos;

        Endpoint(Role role, StreamLimits limits) {
            channels = new ReliableChannels(role, limits, this);
        }

        Endpoint peer() {
            return this == agent ? collector : agent;
        }

        void pump() {
            for (int channel = 0; channel < 2; channel++) {
                Deque<StreamRecord> queue = toSend.get(channel);
                while (!queue.isEmpty() && channels.offer(channel, queue.peek())) {
                    queue.remove();
                }
            }
            byte[] plaintext;
            while ((plaintext = channels.nextPacket(nextNumber, SPACE_BYTES, now)) != null) {
                assertThat(plaintext.length).isBetween(FrameCodec.MIN_PLAINTEXT_BYTES, SPACE_BYTES);
                send(nextNumber++, plaintext);
                packets++;
                burst = now == burstNanos ? burst + 1 : 1;
                burstNanos = now;
                largestBurst = Math.max(largestBurst, burst);
            }
            assertThat(channels.nextDeadlineNanos())
                    .as("a deadline that nothing meets")
                    .isGreaterThan(now);
        }

        private void send(long number, byte[] plaintext) {
            List<Frame> frames = decode(plaintext);
            sentFrames.addAll(frames);
            boolean lost = random.nextDouble() < path.loss || dropped.test(frames);
            int copies = lost ? 0 : random.nextDouble() < path.duplication ? 2 : 1;
            for (int i = 0; i < copies; i++) {
                long jitter = path.jitterNanos == 0 ? 0 : random.nextLong(path.jitterNanos);
                flying.add(new Flying(now + path.delayNanos + jitter, order++, peer(), session, number, plaintext));
            }
        }

        @Override
        public void record(int channel, StreamRecord record) {
            received.get(channel).add(record);
        }

        @Override
        public void resume(int channel, SpoolId spool, long nextSeq) {
            log.add("resume " + channel + " " + nextSeq);
        }

        @Override
        public void applied(int channel, long seq) {
            log.add("applied " + channel + " " + seq);
        }

        @Override
        public void pathChallenge(long data) {
            log.add("challenge " + data);
        }

        @Override
        public void pathResponse(long data) {
            log.add("response " + data);
        }

        @Override
        public void heartbeat(Frame.Heartbeat heartbeat) {
            log.add("heartbeat " + heartbeat.seq());
        }

        @Override
        public void closed(int reason, String text) {
            log.add("closed " + reason + " " + text);
        }

        @Override
        public void deadRecord(int channel, long seq, int type, String error) {
            log.add("dead " + channel + " " + seq);
        }
    }

    /** Rekeys: what flies on the old session arrives as such. */
    void replaceSession() {
        session++;
        for (Endpoint endpoint : List.of(agent, collector)) {
            endpoint.nextNumber = 0;
            endpoint.channels.sessionReplaced(now);
        }
    }

    /** A run id changed: streams start again, what flies is lost. */
    void restart() {
        flying.clear();
        for (Endpoint endpoint : List.of(agent, collector)) {
            endpoint.nextNumber = 0;
            endpoint.channels.restart();
        }
    }

    /** Runs until the condition holds; false if it does not within the time or before everything is quiet. */
    boolean run(long forNanos, BooleanSupplier done) {
        long end = now + forNanos;
        pump();
        while (!done.getAsBoolean()) {
            long next = Math.min(agent.channels.nextDeadlineNanos(), collector.channels.nextDeadlineNanos());
            if (!flying.isEmpty()) {
                next = Math.min(next, flying.peek().arrivalNanos);
            }
            if (next > end) {
                now = end;
                return false;
            }
            now = Math.max(now, next);
            while (!flying.isEmpty() && flying.peek().arrivalNanos <= now) {
                deliver(flying.remove());
                pump();
            }
            pump();
        }
        return true;
    }

    private void pump() {
        agent.pump();
        collector.pump();
    }

    private void deliver(Flying packet) {
        try {
            if (packet.session == session) {
                packet.to.channels.onPacket(packet.number, packet.plaintext, now);
            } else {
                packet.to.channels.onPreviousSessionPacket(packet.plaintext, now);
            }
        } catch (ProtocolViolation e) {
            throw new AssertionError("an honest peer violates the protocol", e);
        }
    }

    private static List<Frame> decode(byte[] plaintext) {
        try {
            return FrameCodec.decode(plaintext);
        } catch (ProtocolViolation e) {
            throw new AssertionError("sent what cannot be read", e);
        }
    }

    /** A record whose body does not shrink. */
    static StreamRecord noise(Random random, long seq, int bytes) {
        byte[] body = new byte[bytes];
        random.nextBytes(body);
        return new StreamRecord(seq, RecordType.FACTS, body);
    }
}
