package dev.muster.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.session.Acceptor;
import dev.muster.protocol.session.Association;
import dev.muster.protocol.session.ChannelListener;
import dev.muster.protocol.session.Collector;
import dev.muster.protocol.session.ResponderConfig;
import dev.muster.protocol.session.ResponderEndpoint;
import dev.muster.protocol.session.Trust;
import dev.muster.protocol.simulation.SimulatedNetwork;
import dev.muster.protocol.simulation.Weather;
import dev.muster.protocol.stream.ReceiveBudget;
import dev.muster.protocol.stream.StreamLimits;
import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.transport.Offload;
import dev.muster.protocol.wire.CollectorRun;
import dev.muster.protocol.wire.Frame;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two and three agents over the simulated network: what they report of each other. */
final class NeighboursTest {
    private static final InetSocketAddress ADA = new InetSocketAddress("10.0.0.1", 1_984);
    private static final InetSocketAddress BOB = new InetSocketAddress("10.0.0.2", 1_984);
    private static final InetSocketAddress CAM = new InetSocketAddress("10.0.0.3", 1_984);
    private static final InetSocketAddress COLLECTOR = new InetSocketAddress("10.0.0.99", 1_984);

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 20);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void bothNeighboursReportACrashWithinSevenSecondsAndTheReturnAtOnce(long seed) {
        var world = new World(seed, Weather.ROUGH.withLoss(0.05));
        world.ring();
        world.run(Duration.ofMinutes(1));
        world.network.detach(CAM);
        world.run(Duration.ofSeconds(7));
        assertThat(world.ada.reports).containsExactly("silent " + world.cam.name());
        assertThat(world.bob.reports).containsExactly("silent " + world.cam.name());
        world.run(Duration.ofMinutes(3));
        world.cam = new SimulatedAgent(world.network, CAM, world.cam.keys);
        world.cam.knows(world.ada, world.bob);
        world.run(Duration.ofSeconds(15)); // at the first handshake, unless that is lost
        assertThat(world.ada.reports).containsExactly("silent " + world.cam.name(), "back " + world.cam.name());
        assertThat(world.bob.reports).containsExactly("silent " + world.cam.name(), "back " + world.cam.name());
        assertThat(world.cam.reports).isEmpty();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aGoodbyeIsReportedByNobody(long seed) {
        var world = new World(seed, Weather.FAIR);
        world.ring();
        world.run(Duration.ofMinutes(1));
        world.cam.stop();
        world.run(Duration.ofSeconds(1));
        world.network.detach(CAM);
        world.run(Duration.ofMinutes(10));
        assertThat(world.ada.reports).isEmpty();
        assertThat(world.bob.reports).isEmpty();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aRestartIsReportedByNobody(long seed) {
        var world = new World(seed, Weather.ROUGH);
        world.ring();
        world.run(Duration.ofMinutes(1));
        world.network.detach(CAM);
        world.run(Duration.ofMillis(world.network.random().nextInt(2_000)));
        world.cam = new SimulatedAgent(world.network, CAM, world.cam.keys);
        world.cam.knows(world.ada, world.bob);
        world.run(Duration.ofMinutes(5));
        world.assertNoReports();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void nobodyIsReportedInAnHourOfLoss(long seed) {
        var world = new World(seed, Weather.ROUGH.withLoss(0.2));
        world.ring();
        world.run(Duration.ofHours(1));
        world.assertNoReports();
    }

    @Test
    void aCutPathIsReportedByBothEndsAndTheThirdOneHearsBoth() {
        var world = new World(1, Weather.FAIR);
        world.ring();
        world.run(Duration.ofMinutes(1));
        world.network.cut(ADA, BOB);
        world.run(Duration.ofMinutes(1));
        assertThat(world.ada.reports).containsExactly("silent " + world.bob.name());
        assertThat(world.bob.reports).containsExactly("silent " + world.ada.name());
        assertThat(world.cam.reports).isEmpty();
        world.network.mend(ADA, BOB);
        world.run(Duration.ofSeconds(3));
        assertThat(world.ada.reports).endsWith("back " + world.bob.name());
        assertThat(world.bob.reports).endsWith("back " + world.ada.name());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whoIsFrozenReportsNobodyAndIsReportedOnlyWhenThatLasts(long seed) {
        var world = new World(seed, Weather.ROUGH);
        world.ring();
        world.run(Duration.ofMinutes(1));
        for (int i = 0; i < 10; i++) {
            world.cam.freezeFor(Duration.ofMillis(world.network.random().nextInt(3_000)));
            world.run(Duration.ofSeconds(world.network.random().nextInt(4, 10)));
        }
        world.run(Duration.ofSeconds(10));
        world.assertNoReports();
        world.cam.freezeFor(Duration.ofMinutes(10));
        world.run(Duration.ofMinutes(12));
        assertThat(world.cam.reports).isEmpty();
        assertThat(world.ada.reports).containsExactly("silent " + world.cam.name(), "back " + world.cam.name());
        assertThat(world.bob.reports).containsExactly("silent " + world.cam.name(), "back " + world.cam.name());
    }

    @Test
    void twoAgentsWhoseListsComeSecondsApartReportNothing() {
        var world = new World(2, Weather.FAIR);
        world.ada.knows(world.bob);
        world.run(Duration.ofSeconds(10));
        world.bob.knows(world.ada);
        world.run(Duration.ofMinutes(1));
        world.assertNoReports();
        world.network.detach(BOB);
        world.run(Duration.ofSeconds(7));
        assertThat(world.ada.reports).hasSize(1);
    }

    @Test
    void aMemberThatJoinsOrLeavesTheRingIsNoNews() {
        var world = new World(3, Weather.ROUGH);
        world.ada.knows(world.bob);
        world.bob.knows(world.ada);
        world.run(Duration.ofMinutes(1));
        world.cam.knows(world.ada, world.bob);
        world.run(Duration.ofSeconds(2));
        world.ada.knows(world.bob, world.cam);
        world.run(Duration.ofSeconds(2));
        world.bob.knows(world.ada, world.cam);
        world.run(Duration.ofMinutes(1));
        world.ada.knows(world.bob);
        world.run(Duration.ofSeconds(4));
        world.bob.knows(world.ada);
        world.run(Duration.ofSeconds(4));
        world.cam.knows();
        world.run(Duration.ofMinutes(10));
        world.assertNoReports();
    }

    @Test
    void beatsReachTheCollectorThatAskedForThem() {
        var world = new World(4, Weather.FAIR);
        StaticKeys keys = StaticKeys.generate(world.network.random());
        var beats = new ArrayList<Frame.Heartbeat>();
        var config = new ResponderConfig(
                List.of(keys),
                new CollectorRun(1, 1),
                ResponderConfig.DEFAULT_KEEPALIVE,
                StreamLimits.defaults(ReceiveBudget.unlimited()),
                world.network.random(),
                world.network.clock());
        world.network.attach(
                COLLECTOR,
                out -> new ResponderEndpoint(config, _ -> Trust.TRUSTED, new BeatCounter(beats), out, Offload.INLINE));
        world.ada.collector().collectors(List.of(new Collector(COLLECTOR, keys.publicKey())));
        world.ada.beatsForTheCollector(keys.publicKey());
        world.run(Duration.ofSeconds(30));
        assertThat(beats).hasSizeBetween(29, 31);
        world.assertNoReports();
    }

    private record BeatCounter(List<Frame.Heartbeat> beats) implements Acceptor {
        @Override
        public ChannelListener established(Association association) {
            return new ChannelListener() {
                @Override
                public void record(int channel, StreamRecord record) {}

                @Override
                public void deadRecord(int channel, long seq, int type, String error) {}

                @Override
                public void heartbeat(Frame.Heartbeat beat) {
                    beats.add(beat);
                }
            };
        }

        @Override
        public void closed(Association association, String reason) {}
    }

    private static final class World {
        final SimulatedNetwork network;
        final SimulatedAgent ada;
        final SimulatedAgent bob;
        SimulatedAgent cam;

        World(long seed, Weather weather) {
            network = new SimulatedNetwork(seed);
            network.weather(weather);
            ada = new SimulatedAgent(network, ADA, StaticKeys.generate(network.random()));
            bob = new SimulatedAgent(network, BOB, StaticKeys.generate(network.random()));
            cam = new SimulatedAgent(network, CAM, StaticKeys.generate(network.random()));
        }

        void ring() {
            ada.knows(bob, cam);
            bob.knows(cam, ada);
            cam.knows(ada, bob);
        }

        void run(Duration time) {
            network.run(time);
            network.sightings().clear();
        }

        void assertNoReports() {
            assertThat(ada.reports).isEmpty();
            assertThat(bob.reports).isEmpty();
            assertThat(cam.reports).isEmpty();
        }
    }
}
