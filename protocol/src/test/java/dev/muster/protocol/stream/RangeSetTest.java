package dev.muster.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RangeSetTest {
    private static final int VALUES = 120;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void agreesWithABitSet(int seed) {
        var random = new Random(seed);
        var set = new RangeSet();
        var model = new BitSet();
        for (int step = 0; step < 2_000; step++) {
            int start = random.nextInt(VALUES);
            int end = Math.min(VALUES, start + random.nextInt(20));
            if (random.nextInt(3) == 0) {
                set.remove(start, end);
                model.clear(start, end);
            } else if (start < end) {
                int predicted = set.sizeWith(start, end);
                set.add(start, end);
                model.set(start, end);
                assertThat(predicted).as("step %d", step).isEqualTo(set.size());
            }
            if (random.nextInt(20) == 0 && !set.isEmpty()) {
                model.clear((int) set.start(0), (int) set.end(0));
                set.removeFirst();
            }
            assertThat(bits(set)).as("step %d", step).isEqualTo(model);
            assertThat(set.contains(start)).isEqualTo(model.get(start));
            assertThat(set.intersects(start, end))
                    .isEqualTo(start < end && model.get(start, end).cardinality() > 0);
        }
    }

    private static BitSet bits(RangeSet set) {
        var bits = new BitSet();
        for (int i = 0; i < set.size(); i++) {
            assertThat(set.start(i)).isLessThan(set.end(i));
            assertThat(i == 0 || set.end(i - 1) < set.start(i)).as("apart").isTrue();
            bits.set((int) set.start(i), (int) set.end(i));
        }
        return bits;
    }
}
