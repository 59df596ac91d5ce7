package dev.muster.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.simulation.SimulatedNetwork;
import dev.muster.protocol.simulation.Weather;
import dev.muster.protocol.stream.ReceiveBudget;
import dev.muster.protocol.stream.RecordType;
import dev.muster.protocol.stream.StreamLimits;
import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.transport.Offload;
import dev.muster.protocol.wire.CollectorRun;
import dev.muster.protocol.wire.DataPacket;
import dev.muster.protocol.wire.Packets;
import dev.muster.protocol.wire.SpoolId;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A spool on one side, a database on the other, and both processes, the network and luck failing in between. */
final class CrashScheduleTest {
    private static final InetSocketAddress AGENT = new InetSocketAddress("10.0.0.1", 40_000);
    private static final InetSocketAddress COLLECTOR = new InetSocketAddress("10.0.0.2", 1_984);
    private static final StreamLimits LIMITS = StreamLimits.defaults(ReceiveBudget.unlimited());
    private static final int CHANNEL = 1;
    private static final int STEPS = 12;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 60);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void appliesEachRecordExactlyOnceAndInOrder(long seed) {
        var world = new World(seed);
        for (int step = 0; step < STEPS; step++) {
            world.spool.add(1 + world.random.nextInt(10));
            world.agent.pump();
            world.strike();
            world.network.run(Duration.ofMillis(world.random.nextInt(1, 20_000)));
        }
        world.network.weather(Weather.ROUGH);
        world.network.mend(AGENT, COLLECTOR);
        int all = world.spool.records.size();
        assertThat(world.network.runUntil(() -> world.spool.appliedThrough == all, Duration.ofMinutes(5)))
                .as(
                        "%d records, %d applied, %d acknowledged",
                        all, world.database.applied.size(), world.spool.appliedThrough)
                .isTrue();
        assertThat(world.database.applied)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, all).boxed().toList());
        world.assertNoNonceTwice();
    }

    /** Survives the agent's process. */
    private static final class Spool {
        final SpoolId id;
        final List<StreamRecord> records = new ArrayList<>();
        long appliedThrough;

        Spool(Random random) {
            id = SpoolId.random(random);
        }

        void add(int count) {
            for (int i = 0; i < count; i++) {
                int seq = records.size() + 1;
                byte[] body = new byte[new Random(seq).nextInt(6_000)];
                new Random(seq).nextBytes(body);
                records.add(new StreamRecord(seq, RecordType.FACTS, body));
            }
        }
    }

    /** Survives the collector's process. */
    private static final class Database {
        final List<Long> applied = new ArrayList<>();

        long last() {
            return applied.isEmpty() ? 0 : applied.getLast();
        }
    }

    private static final class World {
        final SimulatedNetwork network;
        final Random random;
        final StaticKeys agentKeys;
        final StaticKeys collectorKeys;
        final Spool spool;
        final Database database = new Database();
        Agent agent;

        World(long seed) {
            network = new SimulatedNetwork(seed);
            random = network.random();
            agentKeys = StaticKeys.generate(random);
            collectorKeys = StaticKeys.generate(random);
            spool = new Spool(random);
            startCollector();
            agent = startAgent();
        }

        private Agent startAgent() {
            return new Agent(this);
        }

        private void startCollector() {
            var config = new ResponderConfig(
                    List.of(collectorKeys),
                    new CollectorRun(random.nextLong(), random.nextLong()),
                    Duration.ofSeconds(25),
                    LIMITS,
                    random,
                    network.clock());
            network.attach(
                    COLLECTOR,
                    out -> new ResponderEndpoint(
                            config, _ -> Trust.TRUSTED, new Collecting(database), out, Offload.INLINE));
        }

        void strike() {
            switch (random.nextInt(8)) {
                case 0 -> agent = startAgent();
                case 1 -> startCollector();
                case 2 -> {
                    startCollector();
                    agent = startAgent();
                }
                case 3 -> network.cut(AGENT, COLLECTOR);
                case 4 -> network.mend(AGENT, COLLECTOR);
                case 5 -> network.weather(Weather.FOUL);
                case 6 -> network.weather(Weather.ROUGH);
                default -> network.weather(Weather.FAIR);
            }
        }

        /** The counter is the nonce: with one session id it must not come twice with different bytes. */
        void assertNoNonceTwice() {
            Map<String, byte[]> seen = new HashMap<>();
            for (var sighting : network.sightings()) {
                byte[] packet = sighting.packet();
                if (packet[0] == Packets.DATA) {
                    String nonce = DataPacket.sid(packet) + "/" + DataPacket.counter(packet);
                    assertThat(seen.put(nonce, packet)).as("nonce %s", nonce).isNull();
                }
            }
        }
    }

    /** Sends what the collector asks for, as a link does. */
    private static final class Agent implements InitiatorListener {
        private static final int UNKNOWN = 0;

        private final Spool spool;
        private final InitiatorEndpoint endpoint;
        private int next = UNKNOWN;

        Agent(World world) {
            spool = world.spool;
            var config = new InitiatorConfig(
                    world.agentKeys, spool.id, world.random.nextLong(), LIMITS, world.random, world.network.clock());
            endpoint = world.network.attach(AGENT, out -> new InitiatorEndpoint(config, out, this));
            endpoint.collectors(List.of(new Collector(COLLECTOR, world.collectorKeys.publicKey())));
        }

        void pump() {
            while (next != UNKNOWN
                    && next <= spool.records.size()
                    && endpoint.offer(CHANNEL, spool.records.get(next - 1))) {
                next++;
            }
        }

        @Override
        public void established(Established session) {
            if (!session.streamsContinue()) {
                next = UNKNOWN;
            }
            pump();
        }

        @Override
        public void resume(int channel, SpoolId id, long nextSeq) {
            assertThat(id).isEqualTo(spool.id);
            // One that was sent again may come late, when more has been applied than it knows.
            if (next == UNKNOWN) {
                assertThat(nextSeq)
                        .as("what was acknowledged is not asked for again")
                        .isGreaterThan(spool.appliedThrough);
                next = (int) nextSeq;
            }
            pump();
        }

        @Override
        public void applied(int channel, long seq) {
            spool.appliedThrough = Math.max(spool.appliedThrough, seq);
        }

        @Override
        public void writable() {
            pump();
        }

        @Override
        public void lost(String reason) {}

        @Override
        public void record(int channel, StreamRecord record) {
            throw new AssertionError("the collector sent nothing");
        }

        @Override
        public void deadRecord(int channel, long seq, int type, String error) {
            throw new AssertionError(error);
        }
    }

    /** Applies what follows on what it has, as apply does. */
    private record Collecting(Database database) implements Acceptor {
        @Override
        public ChannelListener established(Association association) {
            association.resume(CHANNEL, database.last() + 1);
            return new ChannelListener() {
                @Override
                public void record(int channel, StreamRecord record) {
                    byte[] body = new byte[new Random(record.seq()).nextInt(6_000)];
                    new Random(record.seq()).nextBytes(body);
                    assertThat(record.body()).isEqualTo(body);
                    assertThat(record.seq()).as("in order").isEqualTo(database.last() + 1);
                    database.applied.add(record.seq());
                    association.applied(CHANNEL, database.last());
                }

                @Override
                public void deadRecord(int channel, long seq, int type, String error) {
                    throw new AssertionError(error);
                }
            };
        }

        @Override
        public void closed(Association association, String reason) {}
    }
}
