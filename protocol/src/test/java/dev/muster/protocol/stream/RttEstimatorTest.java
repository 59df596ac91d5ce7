package dev.muster.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RttEstimatorTest {
    private static final long MILLI = 1_000_000;

    @Test
    void assumes333MillisecondsBeforeTheFirstSample() {
        var rtt = new RttEstimator();

        assertThat(rtt.smoothedNanos()).isEqualTo(333 * MILLI);
        assertThat(rtt.probeTimeoutNanos()).isEqualTo((333 + 4 * 333 / 2 + 25) * MILLI);
        assertThat(rtt.lossDelayNanos()).isEqualTo(333 * MILLI * 9 / 8);
    }

    @Test
    void takesTheFirstSampleAsItIs() {
        var rtt = new RttEstimator();
        rtt.sample(80 * MILLI, 20 * MILLI);

        assertThat(rtt.smoothedNanos()).isEqualTo(80 * MILLI);
        assertThat(rtt.variationNanos()).isEqualTo(40 * MILLI);
        assertThat(rtt.probeTimeoutNanos()).isEqualTo((80 + 160 + 25) * MILLI);
        assertThat(rtt.persistentCongestionNanos()).isEqualTo(3 * 265 * MILLI);
    }

    /** After a first sample of 80 ms: smoothed 80, variation 40, minimum 80. In microseconds. */
    @ParameterizedTest(name = "sample {0} ms, held back {1} ms")
    @CsvSource({
        "  80,  0,  80000, 30000",
        " 160,  0,  90000, 50000",
        " 104, 24,  80000, 30000", // the delay is taken off
        " 180, 99,  89375, 48750", // but at most 25 ms of it
        "  90, 24,  81250, 32500", // and none if the result were below the minimum
        "  40,  0,  75000, 40000",
    })
    void smooths(long latest, long ackDelay, long smoothedMicros, long variationMicros) {
        var rtt = new RttEstimator();
        rtt.sample(80 * MILLI, 0);
        rtt.sample(latest * MILLI, ackDelay * MILLI);

        assertThat(rtt.smoothedNanos()).isEqualTo(smoothedMicros * 1_000);
        assertThat(rtt.variationNanos()).isEqualTo(variationMicros * 1_000);
    }

    @ParameterizedTest(name = "samples {0} and {1} ms")
    @CsvSource({"80, 80, 90000", "80, 160, 180000", "160, 80, 168750", "1, 1, 10000"})
    void waitsNineEighthsOfTheLargerOfSmoothedAndLatest(long first, long second, long delayMicros) {
        var rtt = new RttEstimator();
        rtt.sample(first * MILLI, 0);
        rtt.sample(second * MILLI, 0);

        assertThat(rtt.lossDelayNanos()).isEqualTo(delayMicros * 1_000);
    }

    @Test
    void probesNoSoonerThanTheGranularityAllows() {
        var rtt = new RttEstimator();
        rtt.sample(MILLI, 0);

        assertThat(rtt.probeTimeoutNanos()).isEqualTo((1 + 10 + 25) * MILLI);
    }
}
