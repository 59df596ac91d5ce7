package dev.muster.protocol.stream;

import static dev.muster.protocol.stream.SimulatedPair.MILLI;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.stream.SimulatedPair.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReliableChannelsTest {
    private static final long MINUTE = 60_000 * MILLI;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24})
    void deliversEachRecordOnceInOrderOverABadPath(int seed) {
        double loss = List.of(0.0, 0.01, 0.05, 0.20).get(seed % 4);
        var pair = new SimulatedPair(seed, Path.of(25, seed % 3 * 20, loss, 0.05));
        var random = new Random(seed);
        List<StreamRecord> up = records(random, 60, 6_000);
        List<StreamRecord> control = records(random, 20, 300);
        List<StreamRecord> down = records(random, 20, 2_000);
        pair.agent.toSend.get(1).addAll(up);
        pair.agent.toSend.get(0).addAll(control);
        pair.collector.toSend.get(0).addAll(down);

        boolean done = pair.run(
                10 * MINUTE,
                () -> pair.collector.received.get(1).size() >= up.size()
                        && pair.collector.received.get(0).size() >= control.size()
                        && pair.agent.received.get(0).size() >= down.size()
                        && pair.agent.channels.idle()
                        && pair.collector.channels.idle());

        assertThat(done).as("finished").isTrue();
        assertThat(pair.collector.received.get(1)).isEqualTo(up);
        assertThat(pair.collector.received.get(0)).isEqualTo(control);
        assertThat(pair.agent.received.get(0)).isEqualTo(down);
    }

    @Test
    void printsHowLongA39KilobyteRecordTakes() {
        for (double loss : new double[] {0, 0.05, 0.20}) {
            var times = new ArrayList<Long>();
            for (int seed = 0; seed < 201; seed++) {
                var pair = new SimulatedPair(seed, Path.of(25, 0, loss, 0));
                pair.agent.toSend.get(1).add(SimulatedPair.noise(new Random(seed), 1, 39_000));
                long start = pair.now;
                assertThat(pair.run(MINUTE, () -> pair.collector.received.get(1).size() == 1))
                        .isTrue();
                times.add((pair.now - start) / MILLI);
            }
            times.sort(Long::compare);
            System.out.printf(
                    "39 kB at 50 ms RTT and %.0f %% loss: median %d ms, p95 %d ms%n",
                    loss * 100, times.get(100), times.get(190));
        }
    }

    private static List<StreamRecord> records(Random random, int count, int maxBytes) {
        var records = new ArrayList<StreamRecord>();
        for (int seq = 1; seq <= count; seq++) {
            byte[] body = new byte[random.nextInt(maxBytes)];
            if (random.nextBoolean()) {
                random.nextBytes(body);
            } else {
                Arrays.fill(body, (byte) seq);
            }
            records.add(new StreamRecord(seq, RecordType.FACTS, body));
        }
        return records;
    }
}
