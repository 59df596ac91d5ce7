package dev.muster.protocol.stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CrowdTest {
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void manyLargeRecordsShareTheBudgetAndAllArrive(long seed) {
        Crowd.run(seed);
    }
}
