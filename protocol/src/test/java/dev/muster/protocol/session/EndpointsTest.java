package dev.muster.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.fault.Right;
import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.simulation.AddressLedger;
import dev.muster.protocol.simulation.SimulatedNetwork;
import dev.muster.protocol.simulation.Weather;
import dev.muster.protocol.stream.ReceiveBudget;
import dev.muster.protocol.stream.RecordType;
import dev.muster.protocol.stream.StreamLimits;
import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.transport.Offload;
import dev.muster.protocol.wire.CollectorRun;
import dev.muster.protocol.wire.DataPacket;
import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.Packets;
import dev.muster.protocol.wire.ResetPacket;
import dev.muster.protocol.wire.SpoolId;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both endpoints over the simulated network. */
final class EndpointsTest {
    private static final InetSocketAddress AGENT = new InetSocketAddress("10.0.0.1", 40_000);
    private static final InetSocketAddress COLLECTOR = new InetSocketAddress("10.0.0.2", 1_984);
    private static final InetSocketAddress STRANGER = new InetSocketAddress("10.0.0.3", 50_000);
    private static final StreamLimits LIMITS = StreamLimits.defaults(ReceiveBudget.unlimited());
    private static final int CHANNEL = 1;

    /** An agent that offers the records 1 to n as far as it is let, again from the start where streams start anew. */
    private static final class Agent implements InitiatorListener {
        final List<Established> sessions = new ArrayList<>();
        final List<String> losses = new ArrayList<>();
        final InitiatorEndpoint endpoint;
        private int next = 1;
        private int last;

        Agent(SimulatedNetwork network, StaticKeys keys, PublicKey collector, SpoolId spool) {
            var config = new InitiatorConfig(
                    keys, spool, network.random().nextLong(), LIMITS, network.random(), () -> Instant.EPOCH);
            endpoint = network.attach(AGENT, out -> new InitiatorEndpoint(config, out, this));
            endpoint.collectors(List.of(new Collector(COLLECTOR, collector)));
        }

        void send(int upTo) {
            last = upTo;
            while (next <= last && endpoint.offer(CHANNEL, recordOf(next))) {
                next++;
            }
        }

        @Override
        public void established(Established session) {
            sessions.add(session);
            if (!session.streamsContinue()) {
                next = 1;
            }
            send(last);
        }

        @Override
        public void writable() {
            send(last);
        }

        @Override
        public void lost(String reason) {
            losses.add(reason);
        }

        @Override
        public void record(int channel, StreamRecord record) {}

        @Override
        public void deadRecord(int channel, long seq, int type, String error) {
            throw new AssertionError(error);
        }
    }

    /** A collector that keeps what it gets, and asserts that each association's records come in order from the first. */
    private static final class Sink implements Acceptor {
        final List<Association> established = new ArrayList<>();
        final List<String> closings = new ArrayList<>();
        final List<Long> received = new ArrayList<>();
        final List<Frame.Heartbeat> beats = new ArrayList<>();
        ResponderEndpoint endpoint;

        Sink(SimulatedNetwork network, StaticKeys keys) {
            var config = new ResponderConfig(
                    List.of(keys),
                    new CollectorRun(network.random().nextLong(), 1),
                    Duration.ofSeconds(25),
                    LIMITS,
                    network.random(),
                    () -> Instant.EPOCH);
            endpoint = network.attach(
                    COLLECTOR, out -> new ResponderEndpoint(config, key -> Trust.TRUSTED, this, out, Offload.INLINE));
        }

        @Override
        public ChannelListener established(Association association) {
            established.add(association);
            received.clear();
            return new ChannelListener() {
                @Override
                public void record(int channel, StreamRecord record) {
                    assertThat(record).isEqualTo(recordOf((int) record.seq()));
                    received.add(record.seq());
                }

                @Override
                public void heartbeat(Frame.Heartbeat beat) {
                    beats.add(beat);
                }

                @Override
                public void deadRecord(int channel, long seq, int type, String error) {
                    throw new AssertionError(error);
                }
            };
        }

        @Override
        public void closed(Association association, String reason) {
            closings.add(reason);
        }
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 40);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void deliversEverythingOnceInOrderThroughARoughNetwork(long seed) {
        var world = new World(seed);
        world.network.weather(seed % 2 == 0 ? Weather.ROUGH : Weather.FOUL);
        Sink sink = world.collector();
        Agent agent = world.agent();
        agent.send(60);
        assertThat(world.network.runUntil(() -> sink.received.size() == 60, Duration.ofMinutes(10)))
                .as(
                        "%d of 60 arrived; sessions %s, losses %s",
                        sink.received.size(), agent.sessions.size(), agent.losses)
                .isTrue();
        assertThat(sink.received).isEqualTo(upTo(60));
        world.assertNoCounterTwice();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void findsARestartedCollectorAtTheNextPacket(long seed) {
        var world = new World(seed);
        world.network.weather(Weather.ROUGH.withLoss(0));
        Sink first = world.collector();
        Agent agent = world.agent();
        agent.send(5);
        world.network.runUntil(() -> first.received.size() == 5, Duration.ofMinutes(1));

        world.network.detach(COLLECTOR);
        world.network.run(Duration.ofSeconds(world.network.random().nextInt(1, 60)));
        Sink second = world.collector();
        assertThat(world.network.runUntil(() -> second.received.size() == 5, Duration.ofSeconds(45)))
                .as("losses %s", agent.losses)
                .isTrue();
        assertThat(agent.sessions.getLast().streamsContinue()).isFalse();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aRestartedAgentBeginsItsStreamsAnew(long seed) {
        var world = new World(seed);
        Sink sink = world.collector();
        Agent before = world.agent();
        before.send(3);
        world.network.runUntil(() -> sink.received.size() == 3, Duration.ofMinutes(1));

        Agent after = world.agent();
        after.send(2);
        assertThat(world.network.runUntil(
                        () -> sink.established.size() == 2 && sink.received.size() == 2, Duration.ofMinutes(1)))
                .isTrue();
        assertThat(sink.closings).containsExactly("the agent began anew");
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whoReplaysEverythingChangesNothing(long seed) {
        var world = new World(seed);
        Sink sink = world.collector();
        Agent agent = world.agent();
        agent.send(4);
        world.network.runUntil(() -> sink.received.size() == 4, Duration.ofMinutes(1));
        for (int round = 0; round < 3; round++) {
            for (var seen : List.copyOf(world.network.sightings())) {
                var from = world.network.random().nextBoolean() ? seen.from() : STRANGER;
                world.network.inject(from, seen.to(), seen.packet());
                world.network.run(Duration.ofMillis(world.network.random().nextInt(50)));
            }
        }
        agent.send(6);
        assertThat(world.network.runUntil(() -> sink.received.size() == 6, Duration.ofSeconds(5)))
                .isTrue();
        assertThat(sink.established).hasSize(1);
        assertThat(sink.established.getFirst().address()).isEqualTo(AGENT);
        assertThat(agent.losses).isEmpty();
        assertThat(sink.endpoint.drops().of(Drop.REPLAYED)).isPositive();
    }

    @Test
    void streamsGoOnThroughARekey() {
        var world = new World(1);
        Sink sink = world.collector();
        Agent agent = world.agent();
        agent.send(3);
        world.network.run(Duration.ofMinutes(70));
        agent.send(6);
        world.network.run(Duration.ofSeconds(5));
        assertThat(agent.sessions).hasSize(2);
        assertThat(agent.sessions.getLast().streamsContinue()).isTrue();
        assertThat(sink.established).hasSize(1);
        assertThat(sink.received).isEqualTo(upTo(6));
        assertThat(agent.losses).isEmpty();
    }

    @Test
    void fourMillionPacketsMakeNewKeysAsAnHourDoes() {
        var world = new World(1);
        Sink sink = world.collector();
        Agent agent = world.agent();
        agent.send(3);
        world.network.run(Duration.ofSeconds(5));
        assertThat(agent.sessions).hasSize(1);

        // The next packet is a keep-alive.
        setCounter(agent, (1L << 22) - 1);
        world.network.run(Duration.ofSeconds(30));
        agent.send(6);
        world.network.run(Duration.ofSeconds(5));
        assertThat(agent.sessions).hasSize(2);
        assertThat(agent.sessions.getLast().streamsContinue()).isTrue();
        assertThat(sink.received).isEqualTo(upTo(6));
        assertThat(agent.losses).isEmpty();
    }

    @Test
    void eightMillionPacketsWithoutNewKeysEndTheSessionAndNotTheStreams() {
        var world = new World(1);
        Sink sink = world.collector();
        Agent agent = world.agent();
        agent.send(3);
        world.network.run(Duration.ofSeconds(5));

        setCounter(agent, (1L << 23) - 1);
        world.network.cut(AGENT, COLLECTOR);
        world.network.run(Duration.ofSeconds(30));
        world.network.mend(AGENT, COLLECTOR);
        agent.send(6);
        assertThat(world.network.runUntil(() -> sink.received.size() == 6, Duration.ofMinutes(1)))
                .isTrue();
        assertThat(agent.losses).containsExactly("keys worn out and no answer to a rekey");
        assertThat(agent.sessions.getLast().streamsContinue()).isTrue();
    }

    /** As if so many packets had been sent. */
    private static void setCounter(Agent agent, long counter) {
        var current = (CurrentSession) Objects.requireNonNull(Right.get(agent.endpoint, "current"));
        Right.set(current.session, "nextCounter", counter);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aSessionSurvivesANewAddressInTheMiddleOfARecord(long seed) {
        var world = new World(seed);
        world.network.weather(Weather.ROUGH.withLoss(0.05));
        Sink sink = world.collector();
        Agent agent = world.agent();
        agent.send(30);
        world.network.run(Duration.ofMillis(300 + world.network.random().nextInt(700)));
        var next =
                seed % 2 == 0 ? new InetSocketAddress("10.0.0.1", 50_000) : new InetSocketAddress("10.7.7.7", 40_000);
        world.network.rebind(AGENT, next);
        assertThat(world.network.runUntil(() -> sink.received.size() == 30, Duration.ofSeconds(60)))
                .isTrue();
        world.network.run(Duration.ofSeconds(30));
        assertThat(sink.established.getLast().address()).isEqualTo(next);
        assertThat(agent.losses).isEmpty();
    }

    @Test
    void anIdleSessionFollowsItsAgentAtTheNextKeepAlive() {
        var world = new World(8);
        Sink sink = world.collector();
        Agent agent = world.agent();
        world.network.run(Duration.ofSeconds(5));
        var next = new InetSocketAddress("10.7.7.7", 40_000);
        world.network.rebind(AGENT, next);
        world.network.run(Duration.ofSeconds(26));
        assertThat(sink.established.getFirst().address()).isEqualTo(next);
        assertThat(agent.losses).isEmpty();
    }

    @Test
    void anAnswerFromAPlaceNotCalledGetsNothingButPingsUntilItIsProven() {
        var world = new World(9);
        var ledger = new AddressLedger();
        world.network.audit(ledger);
        ledger.told(AGENT, COLLECTOR);
        Sink sink = world.collector();
        // The collector's own address is another one than that which the agent was told.
        Agent agent = world.agent();
        var own = new InetSocketAddress("10.0.0.9", 1_984);
        world.network.alias(COLLECTOR, own);
        agent.send(20);
        assertThat(world.network.runUntil(() -> sink.received.size() == 20, Duration.ofSeconds(30)))
                .isTrue();
        assertThat(agent.sessions).hasSize(1);
        assertThat(agent.losses).isEmpty();
    }

    @Test
    void anAgentThatFallsSilentIsLostAfterThreeKeepAlives() {
        var world = new World(2);
        Sink sink = world.collector();
        world.agent();
        world.network.run(Duration.ofMinutes(10));
        assertThat(sink.closings).isEmpty();
        world.network.detach(AGENT);
        world.network.run(Duration.ofSeconds(86));
        assertThat(sink.closings).containsExactly("silent");
        assertThat(sink.endpoint.associations()).isEmpty();
    }

    @Test
    void whoDoesNotKnowTheCollectorsKeyGetsNoAnswer() {
        var world = new World(3);
        Sink sink = world.collector();
        StaticKeys wrong = StaticKeys.generate(new Random(99));
        var agent = new Agent(world.network, world.agentKeys, wrong.publicKey(), world.spool);
        world.network.run(Duration.ofMinutes(5));
        assertThat(agent.sessions).isEmpty();
        assertThat(world.network.sightings()).allMatch(s -> s.from().equals(AGENT));
        assertThat(sink.endpoint.drops().of(Drop.BAD_MAC1))
                .isEqualTo(world.network.sightings().size());
    }

    @Test
    void junkOnlyMovesCounters() {
        var world = new World(4);
        Sink sink = world.collector();
        Agent agent = world.agent();
        agent.send(2);
        world.network.runUntil(() -> sink.received.size() == 2, Duration.ofMinutes(1));
        Random random = world.network.random();
        for (int i = 0; i < 5_000; i++) {
            byte[] junk = new byte[random.nextInt(1_500)];
            random.nextBytes(junk);
            if (junk.length > 0 && random.nextBoolean()) {
                junk[0] = (byte) random.nextInt(8);
            }
            world.network.inject(STRANGER, COLLECTOR, junk);
            world.network.inject(STRANGER, AGENT, junk);
        }
        world.network.run(Duration.ofSeconds(2));
        agent.send(3);
        assertThat(world.network.runUntil(() -> sink.received.size() == 3, Duration.ofSeconds(2)))
                .isTrue();
        assertThat(sink.endpoint.drops().of(Drop.MALFORMED)).isPositive();
        assertThat(agent.losses).isEmpty();
        long toStranger = world.network.sightings().stream()
                .filter(s -> s.to().equals(STRANGER))
                .mapToLong(s -> s.packet().length)
                .sum();
        assertThat(toStranger).as("bytes answered to junk of about 3.7 MB").isLessThan(100_000);
    }

    @Test
    void aForgedResetIsIgnored() {
        var world = new World(5);
        Sink sink = world.collector();
        Agent agent = world.agent();
        agent.send(1);
        world.network.runUntil(() -> sink.received.size() == 1, Duration.ofMinutes(1));
        byte[] data = world.network.sightings().stream()
                .filter(s -> s.packet()[0] == Packets.DATA && s.to().equals(COLLECTOR))
                .findFirst()
                .orElseThrow()
                .packet();
        long sid = DataPacket.sid(data);
        byte[] reset = new ResetPacket(sid, new byte[16]).encode();
        world.network.inject(COLLECTOR, AGENT, reset);
        assertThat(agent.losses).isEmpty();
        assertThat(agent.endpoint.drops().of(Drop.BAD_RESET)).isEqualTo(1);
    }

    @Test
    void closingTellsTheCollector() {
        var world = new World(6);
        Sink sink = world.collector();
        Agent agent = world.agent();
        agent.send(1);
        world.network.runUntil(() -> sink.received.size() == 1, Duration.ofMinutes(1));
        agent.endpoint.close("done", world.network.nowNanos());
        world.network.run(Duration.ofSeconds(1));
        assertThat(sink.closings).containsExactly("closed: done");
    }

    @Test
    void heartbeatsReachTheCollectorAmongRecordsAndDisturbNoAcknowledgement() {
        var world = new World(7);
        Sink sink = world.collector();
        Agent agent = world.agent();
        assertThat(agent.endpoint.heartbeat(beat(0), world.network.nowNanos())).isFalse();
        world.network.run(Duration.ofSeconds(1));
        for (int i = 1; i <= 50; i++) {
            agent.send(i);
            assertThat(agent.endpoint.heartbeat(beat(i), world.network.nowNanos()))
                    .isTrue();
            world.network.run(Duration.ofMillis(100));
        }
        world.network.run(Duration.ofSeconds(5));
        assertThat(sink.beats).extracting(Frame.Heartbeat::seq).isEqualTo(upTo(50));
        assertThat(sink.received).isEqualTo(upTo(50));
        assertThat(agent.losses).isEmpty();
        world.assertNoCounterTwice();
    }

    private static Frame.Heartbeat beat(int seq) {
        return new Frame.Heartbeat(0, seq, 100, 0);
    }

    private static StreamRecord recordOf(int seq) {
        byte[] body = new byte[new Random(seq).nextInt(20_000)];
        new Random(seq).nextBytes(body);
        return new StreamRecord(seq, RecordType.FACTS, body);
    }

    private static List<Long> upTo(int last) {
        return IntStream.rangeClosed(1, last).asLongStream().boxed().toList();
    }

    private static final class World {
        final SimulatedNetwork network;
        final StaticKeys agentKeys;
        final StaticKeys collectorKeys;
        final SpoolId spool;

        World(long seed) {
            network = new SimulatedNetwork(seed);
            agentKeys = StaticKeys.generate(network.random());
            collectorKeys = StaticKeys.generate(network.random());
            spool = SpoolId.random(network.random());
        }

        Sink collector() {
            return new Sink(network, collectorKeys);
        }

        Agent agent() {
            return new Agent(network, agentKeys, collectorKeys.publicKey(), spool);
        }

        /** The counter is the nonce: a session id and counter that come twice with different bytes would break AES-GCM. */
        void assertNoCounterTwice() {
            var seen = new HashSet<String>();
            for (var sighting : network.sightings()) {
                byte[] packet = sighting.packet();
                if (packet[0] == Packets.DATA) {
                    String nonce = DataPacket.sid(packet) + "/" + DataPacket.counter(packet);
                    assertThat(seen.add(nonce)).as("nonce %s", nonce).isTrue();
                }
            }
        }
    }
}
