package dev.muster.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.simulation.AddressLedger;
import dev.muster.protocol.simulation.SimulatedNetwork;
import dev.muster.protocol.simulation.Weather;
import dev.muster.protocol.stream.ReceiveBudget;
import dev.muster.protocol.stream.StreamLimits;
import dev.muster.protocol.wire.DataPacket;
import dev.muster.protocol.wire.Packets;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Two agents, a collector, a network between them and an attacker on it; all that can go wrong does, in an order and with a luck that follow
 * from the seed. Whatever does not hold is an {@link AssertionError} that names the property.
 */
public final class Schedule {
    static final InetSocketAddress COLLECTOR = new InetSocketAddress("10.0.0.100", 1_984);
    private static final List<InetSocketAddress> HOMES =
            List.of(new InetSocketAddress("10.0.0.1", 40_000), new InetSocketAddress("10.0.0.2", 40_000));
    private static final int STEPS = 9;
    private static final int BLACK_HOLE_BYTES = 600;

    /** More than three tries with the longest pauses, after the longest silence that goes unnoticed. */
    private static final Duration UNTIL_DONE = Duration.ofMinutes(20);

    /** What the programs around the endpoints may do wrong, to see that it is noticed. */
    public enum Lapse {
        AGENT_IGNORES_RESUME,
        APPLIED_BEFORE_COMMIT
    }

    private record Nonce(long sid, long counter) {}

    private final SimulatedNetwork network;
    private final Random random;
    private final StreamLimits limits = StreamLimits.defaults(ReceiveBudget.unlimited());
    private final AddressLedger ledger = new AddressLedger();
    private final Set<Lapse> lapses;
    private final Attacker attacker;
    private final StoringCollector collector;
    private final List<SpooledAgent> agents;
    private final Set<Nonce> nonces = new HashSet<>();
    private boolean databaseWentBack;
    private boolean agentsWentBack;
    private int moves;

    private Schedule(long seed, Set<Lapse> lapses) {
        // Random's first numbers are alike for small seeds.
        network = new SimulatedNetwork(seed * 0x9E37_79B9_7F4A_7C15L);
        random = network.random();
        this.lapses = lapses;
        network.audit(ledger);
        HOMES.forEach(home -> ledger.told(home, COLLECTOR));
        attacker = new Attacker(network, COLLECTOR);
        network.eavesdrop(this::see);
        collector = new StoringCollector(this);
        agents = HOMES.stream().map(home -> new SpooledAgent(this, home)).toList();
    }

    /** Lives through it. */
    public static void run(long seed, Lapse... lapses) {
        var set = EnumSet.noneOf(Lapse.class);
        set.addAll(List.of(lapses));
        new Schedule(seed, set).run();
    }

    private void run() {
        for (int step = 0; step < STEPS; step++) {
            for (SpooledAgent agent : agents) {
                agent.add(random.nextInt(8));
                agent.beat();
            }
            strike();
            attack();
            pass();
            collector.assertBoundedMemory();
        }
        calmDown();
        // Who has nothing to say may not know yet that the collector went back behind what it had applied.
        agents.forEach(agent -> agent.add(1));
        assertThat(network.runUntil(() -> agents.stream().allMatch(SpooledAgent::done), UNTIL_DONE))
                .as("progress: %s", agents)
                .isTrue();
        agents.forEach(agent -> agent.assertNothingLost(collector.database()));
    }

    /** Mostly seconds; at times long enough for new keys. */
    private void pass() {
        if (random.nextInt(12) == 0) {
            // Two hours of a storm prove no more than its first seconds, and take their time.
            network.weather(Weather.GUSTY);
            network.run(Duration.ofMinutes(random.nextInt(70, 140)));
        } else {
            network.run(Duration.ofMillis(random.nextInt(8_000)));
        }
    }

    private void strike() {
        SpooledAgent agent = agents.get(random.nextInt(agents.size()));
        switch (random.nextInt(18)) {
            case 0, 1 -> agent.restart();
            case 2, 3 -> collector.restart();
            case 4 -> {
                collector.restart();
                agent.restart();
            }
            case 5 -> network.cut(agent.home, COLLECTOR);
            case 6 -> network.mend(agent.home, COLLECTOR);
            case 7 -> network.weather(Weather.FOUL);
            case 8 -> network.weather(Weather.ROUGH);
            case 9 -> network.weather(Weather.GUSTY);
            case 10 -> network.weather(agent.home, COLLECTOR, Weather.FOUL);
            case 11 -> network.weather(COLLECTOR, agent.home, Weather.FAIR.withMaxBytes(BLACK_HOLE_BYTES));
            case 12 -> network.weather(agent.home, COLLECTOR, Weather.ROUGH.withMaxBytes(BLACK_HOLE_BYTES));
            case 13 -> network.rebind(agent.home, new InetSocketAddress(hostOf(agent), 41_000 + ++moves));
            case 14 -> network.rebind(agent.home, new InetSocketAddress("10.0.1." + ++moves, 40_000));
            case 15 -> takeBackups();
            case 16 -> restoreOne(agent);
            default -> network.weather(Weather.FAIR);
        }
    }

    private String hostOf(SpooledAgent agent) {
        return network.outside(agent.home).getAddress().getHostAddress();
    }

    private void takeBackups() {
        collector.backUp();
        agents.forEach(SpooledAgent::backUp);
    }

    /** One of each kind in a schedule: two that went back may agree on what neither has, which only the digest finds. */
    private void restoreOne(SpooledAgent agent) {
        if (random.nextBoolean() && !databaseWentBack) {
            databaseWentBack = true;
            collector.restore();
        } else if (!agentsWentBack) {
            agentsWentBack = true;
            agent.restore();
        }
    }

    private void attack() {
        attacker.forerun(random.nextInt(4) == 0 ? 0.2 : 0);
        attacker.replay(random.nextInt(12));
        attacker.junk(3);
        attacker.call();
        attacker.forgeResets();
    }

    private void calmDown() {
        attacker.forerun(0);
        network.weather(random.nextBoolean() ? Weather.ROUGH : Weather.FOUL);
        HOMES.forEach(home -> network.mend(home, COLLECTOR));
    }

    private void see(SimulatedNetwork.Sighting seen) {
        if (Packets.type(seen.packet()) == Packets.DATA) {
            assertNoNonceTwice(seen.packet());
        }
        attacker.see(seen);
    }

    /** The counter is the nonce, and the session id names the key. */
    private void assertNoNonceTwice(byte[] packet) {
        if (!nonces.add(new Nonce(DataPacket.sid(packet), DataPacket.counter(packet)))) {
            throw new AssertionError("no nonce twice, but " + DataPacket.counter(packet));
        }
    }

    /** An agent was told that its session is unknown: it must be. */
    void assertForgotten(InetSocketAddress home) {
        assertThat(collector.holds(attacker.sid(home)))
                .as("sessions end for a cause: RESET for one that stands")
                .isFalse();
    }

    SimulatedNetwork network() {
        return network;
    }

    Random random() {
        return random;
    }

    StreamLimits limits() {
        return limits;
    }

    StoringCollector collector() {
        return collector;
    }

    boolean databaseWentBack() {
        return databaseWentBack;
    }

    boolean is(Lapse lapse) {
        return lapses.contains(lapse);
    }

    /** Of a record's body: mostly small, now and then larger than the window. */
    int size() {
        return random.nextInt(80) == 0 ? random.nextInt(66_000, 130_000) : random.nextInt(3_000);
    }
}
