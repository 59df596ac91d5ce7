package dev.muster.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.simulation.SimulatedNetwork;
import dev.muster.protocol.simulation.Weather;
import dev.muster.protocol.wire.CloseReason;
import dev.muster.protocol.wire.CollectorRun;
import dev.muster.protocol.wire.DataPacket;
import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.InitPacket;
import dev.muster.protocol.wire.InitPayload;
import dev.muster.protocol.wire.Packets;
import dev.muster.protocol.wire.SpoolId;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Agents among themselves, over the simulated network. */
final class PeerEndpointTest {
    private static final InetSocketAddress ADA = new InetSocketAddress("10.0.0.1", 1_984);
    private static final InetSocketAddress BOB = new InetSocketAddress("10.0.0.2", 1_984);
    private static final InetSocketAddress EVE = new InetSocketAddress("10.0.0.66", 1_984);
    private static final long SECOND = 1_000_000_000L;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 40);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void hearsEachOtherWithinSecondsAndFromThenOnThroughAFoulNetwork(long seed) {
        var world = new World(seed);
        world.network.weather(seed % 2 == 0 ? Weather.ROUGH : Weather.FOUL);
        world.bothKnowEachOther();
        assertThat(world.network.runUntil(
                        () -> !world.ada.beats.isEmpty() && !world.bob.beats.isEmpty(), Duration.ofMinutes(1)))
                .isTrue();
        world.assertNeverSilentFor(15 * SECOND, Duration.ofMinutes(30));
        world.assertNoNonceTwice();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void losesNoBeatOnAGoodNetworkThroughHoursOfRekeys(long seed) {
        var world = new World(seed);
        world.bothKnowEachOther();
        world.network.run(Duration.ofSeconds(2));
        world.assertNeverSilentFor(1_100_000_000L, Duration.ofHours(8));
        assertThat(world.ada.sessions)
                .as("one session an hour, perhaps two at first")
                .hasSizeBetween(8, 11);
        world.assertNoNonceTwice();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void bothSendOnTheSessionOfTheSmallerKeyWhereBothBeganOne(long seed) {
        var world = new World(seed);
        world.bothKnowEachOther();
        world.network.run(Duration.ofSeconds(3));
        assertThat(world.ada.sessions).as("both began at once").hasSize(2);
        BeatingPeer smaller =
                world.ada.keys.publicKey().compareTo(world.bob.keys.publicKey()) < 0 ? world.ada : world.bob;
        long itsSession = world.sidOfFirstInit(smaller);
        world.network.sightings().clear();
        world.network.run(Duration.ofSeconds(10));
        assertThat(world.network.sightings().stream()
                        .filter(s -> s.to().equals(smaller.address))
                        .map(s -> DataPacket.sid(s.packet())))
                .as("what the other one sends goes to the session that the smaller key began")
                .isNotEmpty()
                .containsOnly(itsSession);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aRestartOfEitherSideIsProofOfLifeAtOnce(long seed) {
        var world = new World(seed);
        world.network.weather(Weather.ROUGH.withLoss(0));
        world.bothKnowEachOther();
        world.network.run(Duration.ofMillis(world.network.random().nextInt(500, 20_000)));
        boolean ada = world.network.random().nextBoolean();
        BeatingPeer stays = ada ? world.bob : world.ada;
        int before = stays.sessions.size();
        long at = world.network.nowNanos();
        BeatingPeer fresh = world.restart(ada ? world.ada : world.bob);
        fresh.knows(world.network.nowNanos(), stays);
        assertThat(world.network.runUntil(() -> stays.sessions.size() > before, Duration.ofMillis(500)))
                .isTrue();
        assertThat(world.network.runUntil(() -> !fresh.beats.isEmpty(), Duration.ofMillis(1_500)))
                .as("the one that stayed sends on the new session at once")
                .isTrue();
        assertThat(world.network.nowNanos() - at).isLessThan(2 * SECOND);
        assertThat(stays.closings).isEmpty();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whoForgotItsSessionsWithoutARestartIsHeardAgain(long seed) {
        var world = new World(seed);
        world.network.weather(Weather.ROUGH.withLoss(0));
        world.bothKnowEachOther();
        world.network.run(Duration.ofSeconds(world.network.random().nextInt(20, 60)));
        world.network.cut(ADA, BOB); // so that the CLOSE is lost
        world.bob.knows(world.network.nowNanos());
        world.network.run(Duration.ofSeconds(1));
        world.network.mend(ADA, BOB);
        world.bob.knows(world.network.nowNanos(), world.ada);
        world.bob.beats.clear();
        assertThat(world.network.runUntil(() -> world.bob.beats.size() > 3, Duration.ofSeconds(6)))
                .isTrue();
    }

    @Test
    void whoIsBackAndCannotCallIsCalledByTheOneThatMissesIt() {
        var world = new World(12);
        world.bothKnowEachOther();
        world.network.run(Duration.ofSeconds(20));
        BeatingPeer fresh = world.restart(world.bob);
        fresh.knowsAt(world.network.nowNanos(), world.ada, EVE);
        assertThat(world.network.runUntil(() -> fresh.beats.size() > 1, Duration.ofSeconds(7)))
                .isTrue();
        assertThat(fresh.sessions).containsExactly(ADA);
    }

    @Test
    void whoIsNotOnTheListGetsNoAnswer() {
        var world = new World(1);
        var eve = new BeatingPeer(world.network, EVE, StaticKeys.generate(world.network.random()));
        world.bothKnowEachOther();
        eve.knows(world.network.nowNanos(), world.ada);
        world.network.run(Duration.ofMinutes(2));
        assertThat(eve.sessions).isEmpty();
        assertThat(world.network.sightings()).noneMatch(s -> s.to().equals(EVE));
        assertThat(world.ada.endpoint.drops().of(Drop.NOT_ADMITTED)).isGreaterThan(3);
    }

    @Test
    void whoLeavesTheListIsToldSoAndAnsweredNoMore() {
        var world = new World(2);
        world.bothKnowEachOther();
        world.network.run(Duration.ofSeconds(5));
        world.ada.knows(world.network.nowNanos());
        world.network.run(Duration.ofSeconds(1));
        assertThat(world.bob.closings).containsExactly(CloseReason.REFUSED + " no longer a neighbour");
        world.network.sightings().clear();
        int sessions = world.bob.sessions.size();
        world.network.run(Duration.ofMinutes(5));
        assertThat(world.bob.sessions).hasSize(sessions);
        assertThat(world.network.sightings())
                .as("bob asks now and then, ada says nothing")
                .isNotEmpty()
                .allMatch(s -> s.from().equals(BOB) && s.packet().length == InitPacket.BYTES);
    }

    @Test
    void closingTellsAPeerOnceThoughHalfOfThePacketsAreLost() {
        var world = new World(3);
        world.bothKnowEachOther();
        world.network.run(Duration.ofSeconds(5));
        world.network.weather(Weather.FAIR.withLoss(0.5));
        world.ada.endpoint.close("host shuts down", world.network.nowNanos());
        world.network.run(Duration.ofSeconds(20));
        assertThat(world.bob.closings).containsExactly(CloseReason.NORMAL + " host shuts down");
        assertThat(world.ada.endpoint.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whoReplaysEverythingKeepsNobodyAlive(long seed) {
        var world = new World(seed);
        world.bothKnowEachOther();
        world.network.run(Duration.ofSeconds(20));
        world.network.detach(BOB);
        world.network.run(Duration.ofSeconds(1));
        int beats = world.ada.beats.size();
        int sessions = world.ada.sessions.size();
        List<SimulatedNetwork.Sighting> seen = List.copyOf(world.network.sightings());
        for (var sighting : seen) {
            var from = world.network.random().nextBoolean() ? sighting.from() : EVE;
            world.network.inject(from, sighting.to(), sighting.packet());
            world.network.run(Duration.ofMillis(world.network.random().nextInt(300)));
        }
        assertThat(world.ada.beats).hasSize(beats);
        assertThat(world.ada.sessions).hasSize(sessions);
        assertThat(world.ada.endpoint.drops().of(Drop.REPLAYED)).isPositive();
    }

    @Test
    void aRestartedPeerIgnoresWhatItsEarlierRunWasSent() {
        var world = new World(4);
        world.bothKnowEachOther();
        world.network.run(Duration.ofSeconds(5));
        List<SimulatedNetwork.Sighting> seen = List.copyOf(world.network.sightings());
        BeatingPeer fresh = world.restart(world.bob);
        fresh.knows(world.network.nowNanos(), world.ada);
        seen.stream().filter(s -> s.to().equals(BOB)).forEach(s -> world.network.inject(s.from(), BOB, s.packet()));
        assertThat(fresh.beats).isEmpty();
        assertThat(fresh.endpoint.drops().of(Drop.UNKNOWN_SESSION)).isPositive();
        world.network.run(Duration.ofSeconds(3));
        assertThat(fresh.beats).hasSizeBetween(2, 4);
    }

    @Test
    void aHeartbeatIsFiftyBytes() {
        var world = new World(5);
        world.bothKnowEachOther();
        world.network.run(Duration.ofSeconds(5));
        world.network.sightings().clear();
        world.network.run(Duration.ofSeconds(30));
        assertThat(world.network.sightings()).hasSize(60).allMatch(s -> s.packet().length == 50);
    }

    @Test
    void aFrameThatHasNoPlaceAmongAgentsEndsTheSession() throws Exception {
        var world = new World(6);
        var raw = new RawAgent(world.network, EVE, ADA, world.ada.keys.publicKey());
        world.ada.endpoint.peers(List.of(new Peer(raw.key(), List.of(EVE))), world.network.nowNanos());
        PendingHandshake init = raw.peerHandshake();
        raw.send(init.packet());
        world.network.run(Duration.ofMillis(50));
        SecureSession session = raw.session(init);
        raw.send(session.seal(RawAgent.frames(new Frame.Ping())));
        world.network.run(Duration.ofMillis(50));
        assertThat(world.ada.sessions).hasSize(1);
        assertThat(world.ada.endpoint.drops().of(Drop.VIOLATION)).isEqualTo(1);
        raw.send(session.seal(RawAgent.frames(new Frame.Heartbeat(0, 1, 1, 1))));
        world.network.run(Duration.ofMillis(50));
        assertThat(world.ada.beats).isEmpty();
    }

    @Test
    void aHandshakeMeantForACollectorIsNotAnswered() {
        var world = new World(7);
        var raw = new RawAgent(world.network, EVE, ADA, world.ada.keys.publicKey());
        world.ada.endpoint.peers(List.of(new Peer(raw.key(), List.of(BOB))), world.network.nowNanos());
        raw.send(raw.handshake(CollectorRun.NONE).packet());
        world.network.run(Duration.ofMillis(50));
        assertThat(raw.received).isEmpty();
        assertThat(world.ada.endpoint.drops().of(Drop.WRONG_ROLE)).isEqualTo(1);
    }

    @Test
    void aFloodOfStrangersCostsTwentyHandshakesASecondAndLeavesRoomForPeers() throws Exception {
        var world = new World(8);
        StaticKeys stranger = StaticKeys.generate(world.network.random());
        world.ada.knows(world.network.nowNanos(), world.bob);
        for (int i = 0; i < 500; i++) {
            var said = new InitPayload(new SpoolId(0, 0), 1, 0, Packets.MAX_BYTES, 0, CollectorRun.NONE);
            var init = new PendingHandshake(
                    InitPacket.ROLE_TO_AGENT,
                    stranger,
                    world.ada.keys.publicKey(),
                    said,
                    world.network.random(),
                    Long.MAX_VALUE);
            world.network.inject(EVE, ADA, init.packet());
        }
        assertThat(world.ada.endpoint.drops().of(Drop.NOT_ADMITTED)).isEqualTo(20);
        assertThat(world.ada.endpoint.drops().of(Drop.OVERLOAD)).isEqualTo(480);
        world.bob.knows(world.network.nowNanos(), world.ada);
        world.network.run(Duration.ofMillis(20));
        assertThat(world.ada.sessions).isNotEmpty();
    }

    @Test
    void junkOnlyMovesCounters() {
        var world = new World(9);
        world.bothKnowEachOther();
        world.network.run(Duration.ofSeconds(3));
        world.network.sightings().clear();
        Random random = world.network.random();
        for (int i = 0; i < 5_000; i++) {
            byte[] junk = new byte[random.nextInt(1_500)];
            random.nextBytes(junk);
            if (junk.length > 0 && random.nextBoolean()) {
                junk[0] = (byte) random.nextInt(8);
            }
            assertThat(world.ada.endpoint.concerns(junk)).isEqualTo(Packets.type(junk) == Packets.INIT);
            world.network.inject(EVE, ADA, junk);
        }
        assertThat(world.network.sightings()).isEmpty();
        assertThat(world.ada.closings).isEmpty();
        world.assertNeverSilentFor(1_100_000_000L, Duration.ofSeconds(20));
    }

    @Test
    void knowsWhichPacketsConcernIt() {
        var world = new World(10);
        world.bothKnowEachOther();
        world.network.run(Duration.ofSeconds(3));
        world.network.sightings().clear();
        world.network.run(Duration.ofSeconds(3));
        assertThat(world.network.sightings()).isNotEmpty().allSatisfy(s -> {
            BeatingPeer to = s.to().equals(ADA) ? world.ada : world.bob;
            BeatingPeer other = s.to().equals(ADA) ? world.bob : world.ada;
            assertThat(to.endpoint.concerns(s.packet())).isTrue();
            assertThat(other.endpoint.concerns(s.packet())).isFalse();
        });
    }

    @Test
    void refusesAListThatIsTooLongOrNamesOnePeerTwice() {
        var world = new World(11);
        List<Peer> many = IntStream.rangeClosed(0, PeerEndpoint.MAX_PEERS)
                .mapToObj(_ ->
                        new Peer(StaticKeys.generate(world.network.random()).publicKey(), List.of(BOB)))
                .toList();
        assertThatThrownBy(() -> world.ada.endpoint.peers(many, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> world.ada.endpoint.peers(List.of(many.getFirst(), many.getFirst()), 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Peer(many.getFirst().key(), List.of(new InetSocketAddress("224.0.2.5", 1_984))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static final class World {
        final SimulatedNetwork network;
        BeatingPeer ada;
        BeatingPeer bob;

        World(long seed) {
            network = new SimulatedNetwork(seed);
            ada = new BeatingPeer(network, ADA, StaticKeys.generate(network.random()));
            bob = new BeatingPeer(network, BOB, StaticKeys.generate(network.random()));
        }

        void bothKnowEachOther() {
            ada.knows(network.nowNanos(), bob);
            bob.knows(network.nowNanos(), ada);
        }

        /** The same key at the same address, and nothing in memory. */
        BeatingPeer restart(BeatingPeer old) {
            var fresh = new BeatingPeer(network, old.address, old.keys);
            if (old == ada) {
                ada = fresh;
            } else {
                bob = fresh;
            }
            return fresh;
        }

        void assertNeverSilentFor(long nanos, Duration time) {
            boolean broken = network.runUntil(
                    () -> ada.silentNanos(bob, network.nowNanos()) > nanos
                            || bob.silentNanos(ada, network.nowNanos()) > nanos,
                    time);
            assertThat(broken)
                    .as("silence; sessions %d and %d", ada.sessions.size(), bob.sessions.size())
                    .isFalse();
        }

        /** What packets to the session that this one began carry. */
        long sidOfFirstInit(BeatingPeer by) {
            return network.sightings().stream()
                    .filter(s -> s.from().equals(by.address))
                    .flatMap(s -> InitPacket.decode(s.packet()).stream())
                    .findFirst()
                    .orElseThrow()
                    .sid();
        }

        /** The counter is the nonce: a session id and counter that come twice with different bytes would break AES-GCM. */
        void assertNoNonceTwice() {
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
