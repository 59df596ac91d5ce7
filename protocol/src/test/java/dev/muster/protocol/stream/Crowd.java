package dev.muster.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Many senders of large records at one receiver, whose budget is enough for two of them at a time. */
public final class Crowd {
    private static final int PAIRS = 8;
    private static final int RECORD_BYTES = 480_000;
    private static final int BUDGET_BYTES = 1_000_000;
    private static final int ROUNDS = 1_500;

    private Crowd() {}

    /** Until all records are there. */
    public static void run(long seed) {
        StreamLimits limits = StreamLimits.defaults(ReceiveBudget.shared(BUDGET_BYTES));
        List<SimulatedPair> pairs = new ArrayList<>();
        for (int i = 0; i < PAIRS; i++) {
            var pair = new SimulatedPair(seed * PAIRS + i, SimulatedPair.Path.of(25, 20, 0.05, 0.02), limits);
            pair.agent.toSend.get(1).add(SimulatedPair.noise(new Random(seed), 1, RECORD_BYTES));
            pairs.add(pair);
        }
        for (int round = 0; round < ROUNDS && !done(pairs); round++) {
            pairs.forEach(pair -> pair.run(50 * SimulatedPair.MILLI, () -> false));
            long retained = pairs.stream()
                    .mapToLong(pair -> RetainedBytes.of(pair.collector.channels))
                    .sum();
            assertThat(retained)
                    .as("bounded memory: bytes that wait for others")
                    .isLessThanOrEqualTo(BUDGET_BYTES + 2L * PAIRS * StreamLimits.INITIAL_WINDOW_BYTES);
        }
        assertThat(done(pairs)).as("progress").isTrue();
    }

    private static boolean done(List<SimulatedPair> pairs) {
        return pairs.stream().noneMatch(pair -> pair.collector.received.get(1).isEmpty());
    }
}
