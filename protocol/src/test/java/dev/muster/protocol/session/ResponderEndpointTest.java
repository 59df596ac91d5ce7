package dev.muster.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.simulation.SimulatedNetwork;
import dev.muster.protocol.stream.ReceiveBudget;
import dev.muster.protocol.stream.RecordType;
import dev.muster.protocol.stream.StreamLimits;
import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.transport.Offload;
import dev.muster.protocol.wire.CloseReason;
import dev.muster.protocol.wire.CollectorRun;
import dev.muster.protocol.wire.DataPacket;
import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.InitPacket;
import dev.muster.protocol.wire.Packets;
import dev.muster.protocol.wire.RespPayload;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A responder against peers that hold valid keys and mean no good. */
final class ResponderEndpointTest {
    private static final InetSocketAddress PEER = new InetSocketAddress("10.0.0.9", 40_000);
    private static final InetSocketAddress OTHER = new InetSocketAddress("10.0.0.8", 40_000);
    private static final InetSocketAddress COLLECTOR = new InetSocketAddress("10.0.0.2", 1_984);
    private static final Frame PING = new Frame.Ping();

    private final SimulatedNetwork network = new SimulatedNetwork(1);
    private final StaticKeys keys = StaticKeys.generate(network.random());
    private final CollectorRun run = new CollectorRun(1, 2);
    private final List<Association> established = new ArrayList<>();
    private final List<String> closings = new ArrayList<>();
    private final List<Long> records = new ArrayList<>();
    private final ResponderEndpoint endpoint = responder(Offload.INLINE);
    private final RawAgent peer = new RawAgent(network, PEER, COLLECTOR, keys.publicKey());

    private ResponderEndpoint responder(Offload offload) {
        var config = new ResponderConfig(
                List.of(keys),
                run,
                Duration.ofSeconds(25),
                StreamLimits.defaults(ReceiveBudget.unlimited()),
                network.random(),
                network.clock());
        return network.attach(
                COLLECTOR, out -> new ResponderEndpoint(config, _ -> Trust.PENDING, new Noting(), out, offload));
    }

    private final class Noting implements Acceptor {
        @Override
        public ChannelListener established(Association association) {
            established.add(association);
            return new ChannelListener() {
                @Override
                public void record(int channel, StreamRecord record) {
                    records.add(record.seq());
                }

                @Override
                public void deadRecord(int channel, long seq, int type, String error) {}
            };
        }

        @Override
        public void closed(Association association, String reason) {
            closings.add(reason);
        }
    }

    private void settle() {
        network.run(Duration.ofMillis(50));
    }

    /** A session that the responder has confirmed. */
    private SecureSession confirmed() {
        PendingHandshake handshake = peer.handshake(CollectorRun.NONE);
        peer.send(handshake.packet());
        settle();
        SecureSession session = peer.session(handshake);
        peer.send(session.seal(RawAgent.frames(PING)));
        settle();
        return session;
    }

    @Test
    void saysInRespWhatTheAgentNeeds() {
        PendingHandshake handshake = peer.handshake(CollectorRun.NONE);
        peer.send(handshake.packet());
        settle();
        RespPayload said = peer.answer(handshake);
        assertThat(Trust.of(said.status())).isEqualTo(Trust.PENDING);
        assertThat(said.keepaliveSeconds()).isEqualTo(25);
        assertThat(said.collectorRun()).isEqualTo(run);
        assertThat(said.streamsContinue()).isFalse();
    }

    @Test
    void takesNothingIntoUseBeforeTheFirstPacketOfTheSession() {
        PendingHandshake handshake = peer.handshake(CollectorRun.NONE);
        peer.send(handshake.packet());
        settle();
        assertThat(established).isEmpty();
        assertThat(endpoint.associations()).isEmpty();
        peer.send(peer.session(handshake).seal(RawAgent.frames(PING)));
        settle();
        assertThat(established).hasSize(1);
        assertThat(established.getFirst().address()).isEqualTo(PEER);
    }

    @Test
    void forgetsASessionThatIsNotConfirmedWithinFiveSeconds() {
        PendingHandshake handshake = peer.handshake(CollectorRun.NONE);
        peer.send(handshake.packet());
        settle();
        network.run(Duration.ofSeconds(5));
        peer.send(peer.session(handshake).seal(RawAgent.frames(PING)));
        settle();
        assertThat(established).isEmpty();
        assertThat(peer.count(Packets.RESET)).isEqualTo(1);
    }

    @Test
    void outlivesMoreHandshakesThanItRemembers() {
        SecureSession session = confirmed();
        for (int i = 0; i < Unconfirmed.MAX + 500; i++) {
            byte[] copy = peer.handshake(CollectorRun.NONE).packet();
            network.inject(OTHER, COLLECTOR, copy);
            network.inject(OTHER, COLLECTOR, copy);
        }
        assertThat(endpoint.drops().of(Drop.DUPLICATE_INIT)).isEqualTo(Unconfirmed.MAX + 500L);
        assertThat(network.sightings().stream().filter(s -> s.to().equals(OTHER)))
                .as("one answer to each")
                .hasSize(Unconfirmed.MAX + 500);
        peer.send(session.seal(RawAgent.frames(new Frame.Stream(0, 0, new byte[5]))));
        settle();
        assertThat(closings).isEmpty();
        assertThat(endpoint.associations()).containsExactly(established.getFirst());
    }

    /** The same process, which lost its streams: without this both sides would count offsets differently. */
    @Test
    void anAgentThatHoldsNoStreamsBeginsThemAnew() {
        confirmed();
        confirmed();
        assertThat(established).hasSize(2);
        assertThat(closings).containsExactly("the agent began anew");
        assertThat(endpoint.associations()).containsExactly(established.getLast());
    }

    @Test
    void doesNotPromiseToContinueStreamsOfAnotherRunOfItsOwn() {
        confirmed();
        PendingHandshake handshake = peer.handshake(new CollectorRun(9, 9));
        peer.send(handshake.packet());
        settle();
        assertThat(peer.answer(handshake).streamsContinue()).isFalse();
    }

    @Test
    void answersNoInitForAnotherKindOfPeerOrOfAStranger() {
        byte[] toAgent = peer.handshake(CollectorRun.NONE).packet();
        toAgent[3] = InitPacket.ROLE_TO_AGENT;
        new InitMac(keys.publicKey()).sign(toAgent);
        peer.send(toAgent);
        byte[] unsigned = peer.handshake(CollectorRun.NONE).packet();
        unsigned[1] = 9;
        peer.send(unsigned);
        settle();
        assertThat(peer.received).isEmpty();
        assertThat(endpoint.drops().of(Drop.WRONG_ROLE)).isEqualTo(1);
        assertThat(endpoint.drops().of(Drop.BAD_MAC1)).isEqualTo(1);
    }

    @Test
    void answersNoInitWhoseHeaderWasChangedOnTheWay() {
        byte[] packet = peer.handshake(CollectorRun.NONE).packet();
        packet[3] = (byte) InitPacket.ROLE_MULTICAST_BIT;
        new InitMac(keys.publicKey()).sign(packet);
        peer.send(packet);
        settle();
        assertThat(peer.received).isEmpty();
        assertThat(endpoint.drops().of(Drop.BAD_HANDSHAKE)).isEqualTo(1);
    }

    @Test
    void closesASessionThatBreaksTheRules() {
        SecureSession session = confirmed();
        peer.send(session.seal(new byte[] {0x55, 0, 0, 0, 0, 0, 0, 0}));
        settle();
        assertThat(closings).singleElement().asString().startsWith("protocol violation");
        assertThat(endpoint.drops().of(Drop.VIOLATION)).isEqualTo(1);
        assertThat(endpoint.associations()).isEmpty();
        peer.send(session.seal(RawAgent.frames(PING)));
        settle();
        assertThat(peer.count(Packets.RESET)).isEqualTo(1);
    }

    @Test
    void ignoresWhatFollowsACloseAndKeepsItsTextOnOneLine() {
        SecureSession session = confirmed();
        byte[] record = new byte[20];
        record[7] = 1; // seq 1
        record[9] = RecordType.FACTS;
        peer.send(session.seal(RawAgent.frames(
                new Frame.Close(CloseReason.NORMAL, "bye\nevent=forged"), new Frame.Stream(1, 0, record))));
        settle();
        assertThat(closings).containsExactly("closed: bye event=forged");
        assertThat(records).isEmpty();
    }

    @Test
    void takesARecordWithoutAClose() {
        SecureSession session = confirmed();
        byte[] record = new byte[20];
        record[7] = 1;
        record[9] = RecordType.FACTS;
        peer.send(session.seal(RawAgent.frames(new Frame.Stream(1, 0, record))));
        settle();
        assertThat(records).containsExactly(1L);
    }

    /** An agent that pings and never rekeys wears the session's keys out: they must not be used longer, nor hang the loop. */
    @Test
    void stopsSendingWithKeysThatAreThreeHoursOldAndDoesNotHang() {
        SecureSession session = confirmed();
        for (int minute = 0; minute < 200; minute++) {
            network.run(Duration.ofMinutes(1));
            if (minute == 179) {
                assertThat(peer.count(Packets.DATA)).isEqualTo(180);
                peer.received.clear();
            }
            peer.send(session.seal(RawAgent.frames(PING)));
        }
        settle();
        assertThat(peer.count(Packets.DATA)).isZero();
        assertThat(closings).isEmpty();
    }

    @Test
    void sendsFewResetsToOneNetworkAndAThousandInAll() {
        byte[] stray = DataPacket.allocate(7, 0, 8);
        for (int i = 0; i < 500; i++) {
            network.inject(PEER, COLLECTOR, stray);
        }
        assertThat(resets()).isEqualTo(ResetLimits.PER_SECOND_AND_NETWORK);
        for (int i = 0; i < 3_000; i++) {
            network.inject(new InetSocketAddress("10.1." + i % 250 + ".1", 9), COLLECTOR, stray);
        }
        assertThat(resets()).isEqualTo(ResetLimits.PER_SECOND);
        network.run(Duration.ofSeconds(1));
        network.inject(PEER, COLLECTOR, stray);
        assertThat(resets()).isEqualTo(ResetLimits.PER_SECOND + 1L);
    }

    private long resets() {
        return network.sightings().stream()
                .filter(s -> Packets.type(s.packet()) == Packets.RESET)
                .count();
    }

    @Test
    void saysNoMoreThanItHears() {
        byte[] init = peer.handshake(CollectorRun.NONE).packet();
        network.inject(OTHER, COLLECTOR, init);
        network.inject(OTHER, COLLECTOR, DataPacket.allocate(7, 0, 8));
        settle();
        int heard = init.length + Packets.MIN_DATA_BYTES;
        int said = network.sightings().stream()
                .filter(s -> s.to().equals(OTHER))
                .mapToInt(s -> s.packet().length)
                .sum();
        assertThat(said).isPositive().isLessThan(heard);
    }

    @Test
    void aPromiseToContinueThatCannotBeKeptMakesTheAgentComeAgain() {
        SecureSession session = confirmed();
        PendingHandshake rekey = peer.handshake(run);
        peer.send(rekey.packet());
        settle();
        SecureSession orphan = peer.session(rekey);
        peer.send(session.seal(RawAgent.frames(new Frame.Close(CloseReason.NORMAL, "gone"))));
        settle();
        peer.send(orphan.seal(RawAgent.frames(PING)));
        settle();
        assertThat(endpoint.associations()).isEmpty();
        assertThat(peer.count(Packets.RESET)).isEqualTo(1);
    }

    @Test
    void endsAnAssociationThatItClosedSoonAfter() {
        confirmed();
        established.getFirst().close(CloseReason.REFUSED, "revoked");
        network.run(Duration.ofSeconds(4));
        assertThat(closings).containsExactly("closed here");
        assertThat(endpoint.associations()).isEmpty();
        assertThat(established.getFirst().offer(0, new StreamRecord(0, RecordType.STATUS, new byte[0])))
                .isFalse();
    }

    @Test
    void dropsHandshakesThatWaitedTooLongOrFindNoRoom() {
        var lazy = new Lazy();
        ResponderEndpoint busy = responder(lazy);
        peer.send(peer.handshake(CollectorRun.NONE).packet());
        settle();
        network.run(Duration.ofSeconds(2));
        peer.send(DataPacket.allocate(7, 0, 8)); // tells the endpoint how late it is
        settle();
        lazy.runAll();
        assertThat(busy.drops().of(Drop.OVERLOAD)).isEqualTo(1);
        assertThat(peer.count(Packets.RESP)).isZero();

        lazy.full = true;
        peer.send(peer.handshake(CollectorRun.NONE).packet());
        settle();
        assertThat(busy.drops().of(Drop.OVERLOAD)).isEqualTo(2);
    }

    /** Workers that work when told. */
    private static final class Lazy implements Offload {
        private final Deque<Runnable> queue = new ArrayDeque<>();
        private boolean full;

        @Override
        public <T> boolean submit(Supplier<T> work, Consumer<T> done) {
            return !full && queue.add(() -> done.accept(work.get()));
        }

        void runAll() {
            while (!queue.isEmpty()) {
                queue.remove().run();
            }
        }
    }

    @Test
    void everyBitFlippedOnTheWayOnlyMovesACounter() {
        SecureSession session = confirmed();
        byte[] good = session.seal(RawAgent.frames(PING));
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bad = Arrays.copyOf(good, good.length);
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            network.inject(PEER, COLLECTOR, bad);
        }
        settle();
        assertThat(closings).isEmpty();
        long before = peer.count(Packets.DATA);
        peer.send(good);
        network.run(Duration.ofSeconds(1));
        assertThat(peer.count(Packets.DATA)).as("the good one is answered").isGreaterThan(before);
    }
}
