package dev.muster.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PacerTest {
    private static final long MILLI = 1_000_000;
    private static final long RTT = 96 * MILLI;
    private static final int WINDOW = 24_000;

    private final Pacer pacer = new Pacer();

    @Test
    void letsTenPacketsGoAtOnceAndThenOneEach3840Microseconds() {
        assertThat(burst(0)).isEqualTo(10);
        // 1,200 B at 1.25 * 24,000 B each 96 ms
        assertThat(pacer.readyNanos(WINDOW, RTT)).isEqualTo(3_840_000);
        assertThat(burst(3_839_999)).isZero();
        assertThat(burst(3_840_000)).isEqualTo(1);
    }

    @Test
    void spendsAWindowInFourFifthsOfARoundTrip() {
        int sent = burst(0);
        for (long now = 0; now <= RTT * 4 / 5; now += 100_000) {
            sent += burst(now);
        }
        // one less for rounding
        assertThat(sent).isBetween(10 + WINDOW / 1_200 - 1, 10 + WINDOW / 1_200);
    }

    @Test
    void savesUpNoMoreThanABurst() {
        burst(0);
        assertThat(burst(3_600_000 * MILLI)).isEqualTo(10);
    }

    @Test
    void waitsForTheDebtOfProbes() {
        burst(0);
        pacer.sent(1_200, 0, WINDOW, RTT);
        assertThat(pacer.readyNanos(WINDOW, RTT)).isEqualTo(2 * 3_840_000);
    }

    private int burst(long now) {
        int sent = 0;
        while (pacer.ready(now, WINDOW, RTT)) {
            pacer.sent(1_200, now, WINDOW, RTT);
            sent++;
        }
        return sent;
    }
}
