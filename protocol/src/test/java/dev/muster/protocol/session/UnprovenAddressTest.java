package dev.muster.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.simulation.AddressLedger;
import dev.muster.protocol.simulation.SimulatedNetwork;
import dev.muster.protocol.stream.ReceiveBudget;
import dev.muster.protocol.stream.RecordType;
import dev.muster.protocol.stream.StreamLimits;
import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.transport.Offload;
import dev.muster.protocol.wire.CollectorRun;
import dev.muster.protocol.wire.DataPacket;
import dev.muster.protocol.wire.InitPacket;
import dev.muster.protocol.wire.Packets;
import dev.muster.protocol.wire.ResetPacket;
import dev.muster.protocol.wire.SpoolId;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every type of packet in every state, from an address that has proved nothing, to a collector and to an agent: never do more bytes go there
 * than came from there. The {@link AddressLedger} asserts it of each datagram.
 */
final class UnprovenAddressTest {
    private static final InetSocketAddress COLLECTOR = new InetSocketAddress("10.0.0.2", 1_984);
    private static final InetSocketAddress AGENT = new InetSocketAddress("10.0.0.1", 40_000);
    private static final InetSocketAddress RAW = new InetSocketAddress("10.0.0.3", 40_000);
    private static final StreamLimits LIMITS = StreamLimits.defaults(ReceiveBudget.unlimited());

    enum State {
        FRESH,
        UNCONFIRMED,
        STANDING,
        REKEYED,
        LOADED,
        RESTARTED,
        CLOSED
    }

    static Stream<Arguments> all() {
        return Arrays.stream(State.values())
                .flatMap(state -> Stream.of(
                                Packets.INIT, Packets.RESP, Packets.COOKIE, Packets.DATA, Packets.RESET, Packets.VERNEG)
                        .map(type -> Arguments.of(state, type)));
    }

    @ParameterizedTest(name = "type {1} while {0}")
    @MethodSource("all")
    void getsNoMoreBytesThanItSent(State state, int type) {
        var world = new World();
        world.reach(state);
        world.sendEach(type);
    }

    /** Else the ledger would have nothing to assert. */
    @Test
    void isAnsweredAtAll() {
        assertThat(answers(State.FRESH, Packets.INIT)).containsExactlyInAnyOrder(Packets.RESP, Packets.VERNEG);
        assertThat(answers(State.LOADED, Packets.INIT)).containsExactlyInAnyOrder(Packets.COOKIE, Packets.VERNEG);
        assertThat(answers(State.RESTARTED, Packets.DATA)).contains(Packets.RESET);
        assertThat(answers(State.STANDING, Packets.DATA)).as("a challenge").contains(Packets.DATA);
    }

    private static Set<Integer> answers(State state, int type) {
        var world = new World();
        world.reach(state);
        world.sendEach(type);
        return world.network.sightings().stream()
                .filter(seen -> world.strangers.contains(seen.to()))
                .map(seen -> Packets.type(seen.packet()))
                .collect(Collectors.toSet());
    }

    /** Does its work at once, or never. */
    private static final class Workers implements Offload {
        private final Deque<Runnable> waiting = new ArrayDeque<>();
        private boolean busy;

        @Override
        public <T> boolean submit(Supplier<T> work, Consumer<T> done) {
            if (busy) {
                waiting.add(() -> done.accept(work.get()));
            } else {
                done.accept(work.get());
            }
            return true;
        }
    }

    private static final class World {
        final SimulatedNetwork network = new SimulatedNetwork(7);
        final Set<InetSocketAddress> strangers = new HashSet<>();
        private final AddressLedger ledger = new AddressLedger();
        private final StaticKeys keys = StaticKeys.generate(network.random());
        private final Workers workers = new Workers();
        private final RawAgent raw;
        private final InitiatorEndpoint agent;
        private long records;

        World() {
            network.audit(ledger);
            ledger.told(AGENT, COLLECTOR);
            ledger.told(RAW, COLLECTOR);
            collector();
            raw = new RawAgent(network, RAW, COLLECTOR, keys.publicKey());
            var config = new InitiatorConfig(
                    StaticKeys.generate(network.random()),
                    SpoolId.random(network.random()),
                    network.random().nextLong(),
                    LIMITS,
                    network.random(),
                    network.clock());
            agent = network.attach(AGENT, out -> new InitiatorEndpoint(config, out, new DeafInitiator()));
        }

        private void collector() {
            var config = new ResponderConfig(
                    List.of(keys),
                    new CollectorRun(network.random().nextLong(), 2),
                    ResponderConfig.DEFAULT_KEEPALIVE,
                    LIMITS,
                    network.random(),
                    network.clock());
            network.attach(
                    COLLECTOR,
                    out -> new ResponderEndpoint(config, _ -> Trust.TRUSTED, new DeafAcceptor(), out, workers));
        }

        void reach(State state) {
            if (state == State.FRESH) {
                return;
            }
            raw.send(raw.handshake(CollectorRun.NONE).packet());
            network.run(Duration.ofMillis(50));
            if (state == State.UNCONFIRMED) {
                return;
            }
            agent.collectors(List.of(new Collector(COLLECTOR, keys.publicKey())));
            network.run(Duration.ofSeconds(2));
            offer();
            network.run(Duration.ofSeconds(2));
            switch (state) {
                case FRESH, UNCONFIRMED, STANDING -> {}
                case REKEYED -> network.runUntil(() -> inits() > 2, Duration.ofMinutes(80));
                case LOADED -> {
                    workers.busy = true;
                    for (int i = 0; i < HandshakeAnswerer.LOADED_HANDSHAKES; i++) {
                        raw.send(raw.handshake(CollectorRun.NONE).packet());
                    }
                    network.run(Duration.ofMillis(50));
                }
                case RESTARTED -> collector();
                case CLOSED -> agent.close("done", network.nowNanos());
            }
        }

        /** To both, each from an address of its own; then DATA under way is overtaken by copies from elsewhere. */
        void sendEach(int type) {
            for (byte[] packet : packets(type)) {
                network.inject(stranger(), COLLECTOR, packet);
                network.inject(stranger(), AGENT, packet);
            }
            if (type == Packets.DATA) {
                network.eavesdrop(seen -> {
                    if (Packets.type(seen.packet()) == type && !strangers.contains(seen.to())) {
                        InetSocketAddress from = stranger();
                        network.after(Duration.ZERO, () -> network.replay(seen, from));
                    }
                });
                offer();
            }
            network.run(Duration.ofSeconds(30));
        }

        private List<byte[]> packets(int type) {
            List<byte[]> all = new ArrayList<>(made(type));
            network.sightings().stream()
                    .map(SimulatedNetwork.Sighting::packet)
                    .filter(packet -> Packets.type(packet) == type)
                    .forEach(all::add);
            return all;
        }

        /** With right macs and tokens, as somebody who knows the keys would. */
        private List<byte[]> made(int type) {
            byte[] init = raw.handshake(CollectorRun.NONE).packet();
            long sid = network.sightings().stream()
                    .map(SimulatedNetwork.Sighting::packet)
                    .filter(packet -> Packets.type(packet) == Packets.DATA)
                    .mapToLong(DataPacket::sid)
                    .findFirst()
                    .orElse(1);
            return switch (type) {
                case Packets.INIT -> List.of(init, foreign());
                case Packets.COOKIE ->
                    List.of(new CookieSeal(keys.publicKey())
                            .seal(init, sid, new byte[16], 1)
                            .encode());
                case Packets.DATA -> List.of(DataPacket.allocate(sid, 9, 8), DataPacket.allocate(3, 9, 1_000));
                case Packets.RESET -> List.of(new ResetPacket(sid, new ResetTokens(keys).of(sid)).encode());
                case Packets.VERNEG ->
                    List.of(new VersionsMac(keys.publicKey()).answer(init, sid).encode());
                default -> List.of(new byte[128]);
            };
        }

        private byte[] foreign() {
            byte[] init = raw.handshake(CollectorRun.NONE).packet();
            init[1] = Packets.VERSION + 1;
            new InitMac(keys.publicKey()).sign(init);
            return init;
        }

        private InetSocketAddress stranger() {
            int number = strangers.size();
            var next = new InetSocketAddress("10.66." + number / 250 + "." + (1 + number % 250), 1_000);
            strangers.add(next);
            return next;
        }

        private void offer() {
            agent.offer(1, new StreamRecord(++records, RecordType.FACTS, new byte[3_000]));
        }

        private long inits() {
            return network.sightings().stream()
                    .filter(seen -> seen.packet().length == InitPacket.BYTES)
                    .filter(seen -> Packets.type(seen.packet()) == Packets.INIT)
                    .count();
        }
    }
}
