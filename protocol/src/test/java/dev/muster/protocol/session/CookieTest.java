package dev.muster.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.simulation.SimulatedNetwork;
import dev.muster.protocol.stream.ReceiveBudget;
import dev.muster.protocol.stream.StreamLimits;
import dev.muster.protocol.transport.Offload;
import dev.muster.protocol.wire.CollectorRun;
import dev.muster.protocol.wire.CookiePacket;
import dev.muster.protocol.wire.InitPacket;
import dev.muster.protocol.wire.Packets;
import dev.muster.protocol.wire.SpoolId;
import dev.muster.protocol.wire.VersionsPacket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a responder under load, or of another version, says, and what an initiator makes of it. */
final class CookieTest {
    private static final InetSocketAddress FLOOD = new InetSocketAddress("10.0.0.9", 40_000);
    private static final InetSocketAddress AGENT = new InetSocketAddress("10.0.0.8", 40_000);
    private static final InetSocketAddress COLLECTOR = new InetSocketAddress("10.0.0.2", 1_984);

    private final SimulatedNetwork network = new SimulatedNetwork(1);
    private final StaticKeys keys = StaticKeys.generate(network.random());
    private final SlowWorkers workers = new SlowWorkers();
    private final ResponderEndpoint responder = network.attach(
            COLLECTOR,
            out -> new ResponderEndpoint(
                    new ResponderConfig(
                            List.of(keys),
                            new CollectorRun(1, 2),
                            Duration.ofSeconds(25),
                            StreamLimits.defaults(ReceiveBudget.unlimited()),
                            network.random(),
                            network.clock()),
                    _ -> Trust.TRUSTED,
                    new DeafAcceptor(),
                    out,
                    workers));
    private final RawAgent flood = new RawAgent(network, FLOOD, COLLECTOR, keys.publicKey());
    private int established;
    private final List<List<Integer>> incompatible = new ArrayList<>();

    /** Takes all work and does it when told. */
    private static final class SlowWorkers implements Offload {
        private final Deque<Runnable> waiting = new ArrayDeque<>();

        @Override
        public <T> boolean submit(Supplier<T> work, Consumer<T> done) {
            waiting.add(() -> done.accept(work.get()));
            return true;
        }

        private void finish() {
            while (!waiting.isEmpty()) {
                waiting.remove().run();
            }
        }
    }

    private final class Initiating extends DeafInitiator {
        @Override
        public void established(Established session) {
            established++;
        }

        @Override
        public void incompatible(InetSocketAddress collector, List<Integer> versions) {
            incompatible.add(versions);
        }
    }

    private InitiatorEndpoint agent(PublicKey collector) {
        var config = new InitiatorConfig(
                StaticKeys.generate(network.random()),
                SpoolId.random(network.random()),
                network.random().nextLong(),
                StreamLimits.defaults(ReceiveBudget.unlimited()),
                network.random(),
                network.clock());
        InitiatorEndpoint agent = network.attach(AGENT, out -> new InitiatorEndpoint(config, out, new Initiating()));
        agent.collectors(List.of(new Collector(COLLECTOR, collector)));
        return agent;
    }

    private void settle() {
        network.run(Duration.ofMillis(50));
    }

    /** One with a good mac1 that does not authenticate. */
    private byte[] forgedInit() {
        byte[] packet = flood.handshake(CollectorRun.NONE).packet();
        packet[InitPacket.MAC1_OFFSET - 1] ^= 1;
        new InitMac(keys.publicKey()).sign(packet);
        return packet;
    }

    @Test
    void anAddressThatForgedAnInitHasToBeProvenForAWhile() {
        flood.send(forgedInit());
        settle();
        workers.finish();
        assertThat(responder.drops().of(Drop.BAD_HANDSHAKE)).isOne();

        flood.send(forgedInit());
        settle();
        assertThat(workers.waiting).isEmpty();
        assertThat(flood.count(Packets.COOKIE)).isOne();
        assertThat(responder.drops().of(Drop.ADDRESS_NOT_PROVEN)).isOne();

        network.run(Duration.ofNanos(ForgedInits.SUSPECTED_NANOS));
        flood.send(flood.handshake(CollectorRun.NONE).packet());
        settle();
        assertThat(workers.waiting).hasSize(1);
    }

    @Test
    void whoForgesAnAgentsAddressDelaysItByARoundTripOnly() {
        var forger = new RawAgent(network, AGENT, COLLECTOR, keys.publicKey());
        forger.send(forgedInit());
        settle();
        workers.finish();
        agent(keys.publicKey());
        settle();
        assertThat(responder.drops().of(Drop.ADDRESS_NOT_PROVEN)).isOne();
        workers.finish();
        settle();
        assertThat(established).isOne();
    }

    @Test
    void noOtherAddressSuffersFromAForgery() {
        flood.send(forgedInit());
        settle();
        workers.finish();
        agent(keys.publicKey());
        settle();
        assertThat(responder.drops().of(Drop.ADDRESS_NOT_PROVEN)).isZero();
        assertThat(workers.waiting).hasSize(1);
    }

    /** As many handshakes in the works as make load. */
    private void overload() {
        for (int i = 0; i < HandshakeAnswerer.LOADED_HANDSHAKES; i++) {
            flood.send(flood.handshake(CollectorRun.NONE).packet());
        }
        settle();
        assertThat(workers.waiting).hasSize(HandshakeAnswerer.LOADED_HANDSHAKES);
    }

    @Test
    void underLoadNothingIsComputedForAnAddressThatIsNotProven() {
        overload();
        flood.received.clear();
        flood.send(flood.handshake(CollectorRun.NONE).packet());
        settle();
        assertThat(workers.waiting).hasSize(HandshakeAnswerer.LOADED_HANDSHAKES);
        assertThat(flood.received)
                .singleElement()
                .satisfies(answer -> assertThat(answer).hasSize(CookiePacket.BYTES));
        assertThat(responder.drops().snapshot()).containsEntry(Drop.ADDRESS_NOT_PROVEN, 1L);
    }

    @Test
    void anAgentProvesItsAddressAndIsServed() {
        overload();
        agent(keys.publicKey());
        settle();
        assertThat(workers.waiting).hasSize(HandshakeAnswerer.LOADED_HANDSHAKES + 1);
        workers.finish();
        settle();
        workers.finish();
        settle();
        assertThat(established).isEqualTo(1);
    }

    @Test
    void aCookieIsGoodForItsAddressOnlyAndForAtMostFourMinutes() {
        var cookies = new Cookies(new Random(7));
        byte[] init = flood.handshake(CollectorRun.NONE).packet();
        CookieSeal.sign(init, cookies.of(AGENT, 0));
        assertThat(cookies.proves(AGENT, init, 1)).isTrue();
        assertThat(cookies.proves(FLOOD, init, 1)).isFalse();
        assertThat(cookies.proves(new InetSocketAddress(AGENT.getAddress(), 40_001), init, 1))
                .isFalse();
        assertThat(cookies.proves(AGENT, init, Cookies.SECRET_NANOS + 1)).isTrue();
        assertThat(cookies.proves(AGENT, init, 2 * Cookies.SECRET_NANOS + 1)).isFalse();
        var rested = new Cookies(new Random(7));
        byte[] old = flood.handshake(CollectorRun.NONE).packet();
        CookieSeal.sign(old, rested.of(AGENT, 0));
        assertThat(rested.proves(AGENT, old, 3 * Cookies.SECRET_NANOS)).isFalse();
    }

    @Test
    void theLoadIsOverASecondAfterTheWork() {
        overload();
        flood.send(flood.handshake(CollectorRun.NONE).packet());
        settle();
        workers.finish();
        network.run(Duration.ofSeconds(2));
        flood.send(flood.handshake(CollectorRun.NONE).packet());
        settle();
        assertThat(workers.waiting).hasSize(1);
    }

    @ParameterizedTest(name = "byte {0} changed")
    @ValueSource(ints = {0, 1, 2, 8, 15, 16, 20, 27, 28, 44, 59})
    void aForgedCookieChangesNothing(int at) {
        PendingHandshake pending = flood.handshake(CollectorRun.NONE);
        byte[] init = pending.packet();
        byte[] cookie = new CookieSeal(keys.publicKey())
                .seal(init, pending.sid(), new byte[CookiePacket.COOKIE_BYTES], 5)
                .encode();
        assertThat(CookiePacket.decode(cookie).flatMap(pending::cookie)).isPresent();
        cookie[at] ^= 1;
        Optional<byte[]> opened = CookiePacket.decode(cookie)
                .filter(packet -> packet.sid() == pending.sid())
                .flatMap(pending::cookie);
        assertThat(opened).isEmpty();
    }

    @Test
    void anInitiatorIgnoresCookiesThatItDidNotAskFor() {
        InitiatorEndpoint agent = agent(keys.publicKey());
        settle();
        byte[] foreign = new CookieSeal(keys.publicKey())
                .seal(flood.handshake(CollectorRun.NONE).packet(), 99, new byte[CookiePacket.COOKIE_BYTES], 5)
                .encode();
        agent.datagram(COLLECTOR, foreign, network.nowNanos());
        agent.datagram(COLLECTOR, Arrays.copyOf(foreign, 59), network.nowNanos());
        assertThat(agent.drops().snapshot())
                .containsEntry(Drop.UNEXPECTED_COOKIE, 1L)
                .containsEntry(Drop.MALFORMED, 1L);
    }

    @Test
    void anotherVersionIsAnsweredWithOursSmallerAndAtMostAHundredTimesASecond() {
        for (int i = 0; i < 300; i++) {
            byte[] init = flood.handshake(CollectorRun.NONE).packet();
            init[1] = 9;
            new InitMac(keys.publicKey()).sign(init);
            flood.send(init);
        }
        settle();
        assertThat(flood.received).hasSizeBetween(90, 110).allSatisfy(answer -> {
            assertThat(answer).hasSize(VersionsPacket.BYTES).hasSizeLessThan(InitPacket.BYTES);
            assertThat(VersionsPacket.decode(answer).orElseThrow().versions()).containsExactly(Packets.VERSION);
        });
        byte[] stranger = flood.handshake(CollectorRun.NONE).packet();
        stranger[1] = 9;
        flood.received.clear();
        flood.send(stranger);
        settle();
        assertThat(flood.received).isEmpty();
    }

    @Test
    void anInitiatorTellsOfVersionsOnlyWhenTheMacIsRight() {
        RawCollector collector = new RawCollector(network, COLLECTOR, AGENT);
        agent(collector.keys.publicKey());
        settle();
        byte[] init = collector.inits().getLast();
        long sid = InitPacket.decode(init).orElseThrow().sid();
        byte[] answer =
                new VersionsMac(collector.keys.publicKey()).answer(init, sid).encode();
        byte[] forged = answer.clone();
        forged[VersionsPacket.BYTES - 1] ^= 1;
        collector.send(forged);
        settle();
        assertThat(incompatible).isEmpty();
        collector.send(answer);
        settle();
        assertThat(incompatible).containsExactly(List.of(1));
    }

    @Test
    void hasTheBytesOfTheSpecification() {
        var key = PublicKey.parse("7dvUBa9pZKRUiHtVyyeSXXfhKNPHyXzPGIpx7gIeK34=");
        byte[] init = new byte[InitPacket.BYTES];
        byte[] cookie = new CookieSeal(key)
                .seal(init, 0x0102030405060708L, new byte[16], 9)
                .encode();
        assertThat(HexFormat.of().formatHex(cookie, 0, 28))
                .isEqualTo("0301000000000000" + "0102030405060708" + "00000000" + "0000000000000009");
        byte[] versions = new VersionsMac(key).answer(init, 0x0102030405060708L).encode();
        assertThat(HexFormat.of().formatHex(versions, 0, 28))
                .isEqualTo("0600000000000000" + "0102030405060708" + "01" + "01" + "00".repeat(10));
    }
}
