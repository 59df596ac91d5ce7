package dev.muster.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.simulation.SimulatedNetwork;
import dev.muster.protocol.stream.ReceiveBudget;
import dev.muster.protocol.stream.RecordType;
import dev.muster.protocol.stream.StreamLimits;
import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.transport.Offload;
import dev.muster.protocol.transport.Outbound;
import dev.muster.protocol.wire.CloseReason;
import dev.muster.protocol.wire.CollectorRun;
import dev.muster.protocol.wire.DataPacket;
import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.Packets;
import dev.muster.protocol.wire.ResetPacket;
import dev.muster.protocol.wire.RespPayload;
import dev.muster.protocol.wire.SpoolId;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** An initiator against collectors that are gone, restarted, forged, or break the rules. */
final class InitiatorEndpointTest {
    private static final InetSocketAddress AGENT = new InetSocketAddress("10.0.0.1", 40_000);
    private static final InetSocketAddress COLLECTOR = new InetSocketAddress("10.0.0.2", 1_984);
    private static final InetSocketAddress NOBODY = new InetSocketAddress("10.0.0.99", 1_984);
    private static final InetSocketAddress GROUP = new InetSocketAddress("224.0.2.5", 1_984);
    private static final CollectorRun RUN = new CollectorRun(1, 2);
    private static final StreamLimits LIMITS = StreamLimits.defaults(ReceiveBudget.unlimited());
    private static final Frame PING = new Frame.Ping();

    private final SimulatedNetwork network = new SimulatedNetwork(1);
    private final StaticKeys collectorKeys = StaticKeys.generate(network.random());
    private final List<Established> sessions = new ArrayList<>();
    private final List<String> losses = new ArrayList<>();
    private final List<Association> associations = new ArrayList<>();
    private Consumer<StreamRecord> onRecord = _ -> {};
    private Consumer<Association> onAssociation = _ -> {};
    private final InitiatorEndpoint agent = agent();

    private InitiatorEndpoint agent() {
        var config = new InitiatorConfig(
                StaticKeys.generate(network.random()),
                SpoolId.random(network.random()),
                network.random().nextLong(),
                LIMITS,
                network.random(),
                network.clock());
        return network.attach(AGENT, out -> new InitiatorEndpoint(config, out, new Noting()));
    }

    private final class Noting extends DeafInitiator {
        @Override
        public void established(Established session) {
            sessions.add(session);
        }

        @Override
        public void lost(String reason) {
            losses.add(reason);
        }

        @Override
        public void record(int channel, StreamRecord record) {
            onRecord.accept(record);
        }
    }

    private ResponderEndpoint collector(CollectorRun run, UnaryOperator<Outbound> way) {
        var config = new ResponderConfig(
                List.of(collectorKeys),
                run,
                ResponderConfig.DEFAULT_KEEPALIVE,
                LIMITS,
                network.random(),
                network.clock());
        return network.attach(
                COLLECTOR,
                out -> new ResponderEndpoint(
                        config, _ -> Trust.TRUSTED, new Accepting(), way.apply(out), Offload.INLINE));
    }

    private final class Accepting extends DeafAcceptor {
        @Override
        public ChannelListener established(Association association) {
            associations.add(association);
            onAssociation.accept(association);
            return super.established(association);
        }
    }

    private void look(InetSocketAddress... places) {
        PublicKey key = collectorKeys.publicKey();
        agent.collectors(
                List.of(places).stream().map(p -> new Collector(p, key)).toList());
    }

    private boolean established(int count, Duration within) {
        return network.runUntil(() -> sessions.size() == count, within);
    }

    private long sent(InetSocketAddress from, int type) {
        return network.sightings().stream()
                .filter(s -> s.from().equals(from) && Packets.type(s.packet()) == type)
                .count();
    }

    @Test
    void takesTheFirstOfManyPlacesThatAnswers() {
        collector(RUN, out -> out);
        look(NOBODY, COLLECTOR);
        assertThat(established(1, Duration.ofSeconds(1))).isTrue();
        assertThat(sessions.getFirst().address()).isEqualTo(COLLECTOR);
        assertThat(sessions.getFirst().collector()).isEqualTo(collectorKeys.publicKey());
        assertThat(sessions.getFirst().trust()).isEqualTo(Trust.TRUSTED);
    }

    @Test
    void findsACollectorByMulticastAndStaysWithItsAddress() {
        collector(RUN, out -> out);
        network.join(GROUP, COLLECTOR);
        look(GROUP);
        assertThat(established(1, Duration.ofSeconds(1))).isTrue();
        assertThat(sessions.getFirst().address()).isEqualTo(COLLECTOR);
        network.run(Duration.ofMinutes(1));
        assertThat(associations).hasSize(1);
        assertThat(network.sightings()).filteredOn(s -> s.to().equals(GROUP)).hasSize(1);
    }

    @Test
    void triesNewPlacesAtOnce() {
        look(NOBODY);
        network.run(Duration.ofMinutes(10));
        collector(RUN, out -> out);
        look(NOBODY, COLLECTOR);
        assertThat(established(1, Duration.ofSeconds(1))).isTrue();
    }

    @Test
    void asksWithPatienceWhereNobodyAnswers() {
        look(NOBODY);
        network.run(Duration.ofHours(1));
        assertThat(sent(AGENT, Packets.INIT)).isBetween(3_600L / 24, 3_600L / 8 + 6);
    }

    @Test
    void refusesAPlaceThatNothingCanBeSentTo() {
        PublicKey key = collectorKeys.publicKey();
        assertThatThrownBy(() -> new Collector(InetSocketAddress.createUnresolved("nowhere", 1), key))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Collector(new InetSocketAddress("10.0.0.1", 0), key))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aForgedAnswerDoesNotSpoilTheTrueOne() {
        var raw = new RawCollector(network, COLLECTOR, AGENT);
        lookAt(raw);
        byte[] answer = raw.answer(RawCollector.says(RUN, 0, 0)).packet();
        for (int at = 16; at < answer.length; at++) {
            byte[] forged = answer.clone();
            forged[at] ^= 1;
            raw.send(forged);
        }
        network.run(Duration.ofMillis(100));
        assertThat(sessions).isEmpty();
        assertThat(agent.drops().of(Drop.BAD_HANDSHAKE)).isEqualTo(112);
        raw.send(answer);
        raw.send(answer);
        network.run(Duration.ofMillis(100));
        assertThat(sessions).hasSize(1);
        assertThat(agent.drops().of(Drop.UNEXPECTED_RESP)).isEqualTo(1);
    }

    private void lookAt(RawCollector raw) {
        agent.collectors(List.of(new Collector(COLLECTOR, raw.keys.publicKey())));
        network.run(Duration.ofMillis(10));
    }

    private SecureSession established(RawCollector raw, RespPayload says) {
        lookAt(raw);
        RawCollector.Answer answer = raw.answer(says);
        raw.send(answer.packet());
        network.run(Duration.ofMillis(100));
        return answer.session();
    }

    @Test
    void speaksFirstSoThatTheSessionIsConfirmed() {
        var raw = new RawCollector(network, COLLECTOR, AGENT);
        SecureSession session = established(raw, RawCollector.says(RUN, 0, 0));
        byte[] first = raw.received.getLast();
        assertThat(Packets.type(first)).isEqualTo(Packets.DATA);
        assertThat(session.open(first, new DropCounters())).isPresent();
    }

    /** The streams of which the late answer speaks are gone: taking it would join new streams to old ones. */
    @Test
    void anAnswerThatContinuesStreamsWhichAreGoneIsNotTaken() {
        var raw = new RawCollector(network, COLLECTOR, AGENT);
        SecureSession session = established(raw, RawCollector.says(RUN, 0, 0));
        int before = raw.inits().size();
        boolean rekeying = network.runUntil(
                () -> {
                    answerPings(raw, session);
                    return raw.inits().size() > before;
                },
                Duration.ofMinutes(70));
        assertThat(rekeying).isTrue();
        byte[] late = raw.answer(RawCollector.says(RUN, RespPayload.CAP_STREAMS_CONTINUE, 0))
                .packet();
        raw.send(session.seal(new byte[] {0x55, 0, 0, 0, 0, 0, 0, 0}));
        network.run(Duration.ofMillis(10));
        assertThat(losses).singleElement().asString().startsWith("protocol violation");
        raw.send(late);
        network.run(Duration.ofMillis(10));
        assertThat(sessions).hasSize(1);
        assertThat(agent.drops().of(Drop.UNEXPECTED_RESP)).isEqualTo(1);
    }

    private int answered;

    /** Acknowledges what came, so that the agent does not take the collector for dead. */
    private void answerPings(RawCollector raw, SecureSession session) {
        for (; answered < raw.received.size(); answered++) {
            byte[] packet = raw.received.get(answered);
            if (Packets.type(packet) == Packets.DATA) {
                long number = DataPacket.counter(packet);
                raw.send(session.seal(RawAgent.frames(ack(number))));
            }
        }
    }

    private static Frame ack(long through) {
        return new Frame.Ack(0, List.of(new Frame.Ack.Range(0, through)));
    }

    @Test
    void waitsARandomPartOfTheSpreadAfterAReset() {
        var raw = new RawCollector(network, COLLECTOR, AGENT);
        established(raw, RawCollector.says(RUN, 0, 200));
        raw.send(new ResetPacket(RawCollector.SID, new byte[16]).encode());
        raw.send(new ResetPacket(1, RawCollector.token()).encode());
        network.run(Duration.ofMillis(10));
        assertThat(losses).isEmpty();
        assertThat(agent.drops().of(Drop.BAD_RESET)).isEqualTo(1);

        int before = raw.inits().size();
        long sentNanos = network.nowNanos();
        raw.send(new ResetPacket(RawCollector.SID, RawCollector.token()).encode());
        assertThat(network.runUntil(() -> raw.inits().size() > before, Duration.ofSeconds(201)))
                .isTrue();
        assertThat(network.nowNanos() - sentNanos)
                .isBetween(1_000_000_000L, Duration.ofSeconds(200).toNanos());
    }

    @Test
    void noticesARestartedCollectorAtTheNextPacket() {
        collector(RUN, out -> out);
        look(COLLECTOR);
        established(1, Duration.ofSeconds(1));
        network.run(Duration.ofMinutes(2));
        collector(new CollectorRun(3, 4), out -> out);
        assertThat(established(2, Duration.ofSeconds(26)))
                .as("losses %s", losses)
                .isTrue();
        assertThat(losses).containsExactly("the collector was restarted");
        assertThat(sessions.getLast().streamsContinue()).isFalse();
    }

    /** As the specification's worst case: keep-alive and 10 s. */
    @Test
    void noticesARestartedCollectorWhoseResetsAreLost() {
        collector(RUN, out -> out);
        look(COLLECTOR);
        established(1, Duration.ofSeconds(1));
        network.run(Duration.ofMinutes(2));
        collector(new CollectorRun(3, 4), out -> (to, packet) -> {
            if (Packets.type(packet) != Packets.RESET) {
                out.send(to, packet);
            }
        });
        assertThat(established(2, Duration.ofSeconds(35)))
                .as("losses %s", losses)
                .isTrue();
    }

    @Test
    void noticesWithinElevenSecondsThatNobodyAcknowledgesItsData() {
        collector(RUN, out -> out);
        look(COLLECTOR);
        established(1, Duration.ofSeconds(1));
        network.run(Duration.ofSeconds(1));
        network.cut(AGENT, COLLECTOR);
        agent.offer(1, new StreamRecord(1, RecordType.FACTS, new byte[100]));
        assertThat(network.runUntil(() -> !losses.isEmpty(), Duration.ofSeconds(11)))
                .isTrue();
        network.mend(AGENT, COLLECTOR);
        assertThat(established(2, Duration.ofSeconds(46))).isTrue();
        assertThat(sessions.getLast().streamsContinue()).isTrue();
        assertThat(associations).hasSize(1);
    }

    @Test
    void keepsAnIdleSessionAliveWithFewPackets() {
        collector(RUN, out -> out);
        look(COLLECTOR);
        established(1, Duration.ofSeconds(1));
        network.run(Duration.ofMinutes(50));
        assertThat(losses).isEmpty();
        assertThat(sent(AGENT, Packets.DATA)).isBetween(118L, 125L);
        assertThat(sent(AGENT, Packets.INIT)).isEqualTo(1);
    }

    @Test
    void comesBackMoreAndMoreSlowlyToACollectorThatThrowsItOut() {
        onAssociation = association -> association.close(CloseReason.REFUSED, "no");
        collector(RUN, out -> out);
        look(COLLECTOR);
        network.run(Duration.ofHours(1));
        assertThat(losses).allMatch(l -> l.equals("closed by the collector: reason 1, no"));
        assertThat(sent(AGENT, Packets.INIT)).isBetween(3_600L / 46, 3_600L / 15 + 8);
    }

    @Test
    void isSilentOnceClosed() {
        collector(RUN, out -> out);
        look(COLLECTOR);
        established(1, Duration.ofSeconds(1));
        network.run(Duration.ofSeconds(1));
        agent.close("done", network.nowNanos());
        int before = network.sightings().size();
        network.run(Duration.ofHours(2));
        assertThat(network.sightings())
                .noneMatch(s ->
                        network.sightings().indexOf(s) >= before && s.from().equals(AGENT));
        assertThat(losses).isEmpty();
        assertThat(agent.offer(1, new StreamRecord(1, RecordType.FACTS, new byte[1])))
                .isFalse();
    }

    @Test
    void mayBeClosedFromWithinAnEvent() {
        collector(RUN, out -> out);
        onRecord = _ -> agent.close("enough", network.nowNanos());
        onAssociation = association -> {
            association.offer(0, new StreamRecord(0, RecordType.STATUS, new byte[10]));
            association.offer(0, new StreamRecord(0, RecordType.STATUS, new byte[10]));
        };
        look(COLLECTOR);
        network.run(Duration.ofHours(2));
        assertThat(losses).isEmpty();
        assertThat(sent(AGENT, Packets.INIT)).isEqualTo(1);
    }

    @Test
    void ignoresDataWithoutASession() {
        byte[] stray = DataPacket.allocate(1, 0, 8);
        network.inject(COLLECTOR, AGENT, stray);
        network.inject(COLLECTOR, AGENT, new ResetPacket(1, new byte[16]).encode());
        network.inject(COLLECTOR, AGENT, RawAgent.frames(PING));
        assertThat(agent.drops().of(Drop.UNKNOWN_SESSION)).isEqualTo(2);
        assertThat(agent.drops().of(Drop.MALFORMED)).isEqualTo(1);
        assertThat(network.sightings()).isEmpty();
    }
}
