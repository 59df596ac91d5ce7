package dev.muster.bench;

import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.session.Collector;
import dev.muster.protocol.session.DeafInitiator;
import dev.muster.protocol.session.InitiatorEndpoint;
import dev.muster.protocol.simulation.SimulatedNetwork;
import dev.muster.protocol.simulation.Weather;
import dev.muster.protocol.stream.RecordType;
import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.transport.Offload;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/** One record that does not shrink, in virtual time, on a session that stands: from the offer to the collector's listener. */
final class TransferItem implements Item {
    private static final int RECORDS = 201;
    private static final int ONE_WAY_MILLIS = 25;
    private static final int RESULTS = 1;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final Duration SETTLED = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    // Random's first numbers are alike for neighbouring seeds.
    private static final long GOLDEN_RATIO = 0x9E37_79B9_7F4A_7C15L;

    private final InetSocketAddress agentAddress = new InetSocketAddress("127.0.0.2", 2);
    private final InetSocketAddress collectorAddress = new InetSocketAddress("127.0.0.1", 1);

    @Override
    public List<Row> measure() {
        double[] small = seconds(39_000, 0.05);
        double[] large = seconds(300_000, 0.20);
        return List.of(
                row("39 kB at 50 ms and 5 % loss: median", Comparison.median(small), 0.49),
                row("39 kB at 50 ms and 5 % loss: p95", Comparison.quantile(0.95, small), 0.70),
                row("300 kB at 50 ms and 20 % loss: median", Comparison.median(large), 9));
    }

    private static Row row(String what, double seconds, double goal) {
        String limit = "≤ %.2f s".formatted(goal);
        return new Row(what, limit, "%.2f s".formatted(seconds), "", Row.Verdict.of(seconds <= goal));
    }

    private double[] seconds(int bytes, double loss) {
        double[] all = new double[RECORDS];
        for (int i = 0; i < RECORDS; i++) {
            all[i] = transfer(new SimulatedNetwork((i + 1) * GOLDEN_RATIO), bytes, loss) / NANOS_PER_SECOND;
        }
        return all;
    }

    private long transfer(SimulatedNetwork network, int bytes, double loss) {
        var calm = new Weather(0, 0, 0, 0, ONE_WAY_MILLIS, ONE_WAY_MILLIS, Integer.MAX_VALUE);
        network.weather(calm);
        var arrived = new AtomicInteger();
        network.attach(collectorAddress, out -> Parts.collector(out, Offload.INLINE, _ -> arrived.incrementAndGet()));
        RandomGenerator random = network.random();
        InitiatorEndpoint agent = network.attach(
                agentAddress,
                out -> new InitiatorEndpoint(Parts.agent(StaticKeys.generate(random)), out, new DeafInitiator()));
        agent.collectors(List.of(new Collector(collectorAddress, Parts.COLLECTOR.publicKey())));
        network.run(SETTLED);
        network.weather(calm.withLoss(loss));
        byte[] body = new byte[bytes];
        random.nextBytes(body);
        long start = network.nowNanos();
        if (!agent.offer(RESULTS, new StreamRecord(1, RecordType.FACTS, body))
                || !network.runUntil(() -> arrived.get() > 0, PATIENCE)) {
            throw new IllegalStateException("a record did not arrive");
        }
        return network.nowNanos() - start;
    }
}
