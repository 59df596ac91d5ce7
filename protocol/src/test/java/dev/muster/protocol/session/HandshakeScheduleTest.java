package dev.muster.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HandshakeScheduleTest {
    private static final long SECOND = 1_000_000_000L;

    private final HandshakeSchedule schedule = new HandshakeSchedule(new Random(1));

    @ParameterizedTest(name = "attempt {0}, jitter {1}: {2} ms")
    @CsvSource({
        "0, 0, 500",
        "0, 0.5, 1000",
        "1, 0.5, 2000",
        "2, 0.5, 4000",
        "3, 0.5, 8000",
        "4, 0.5, 16000",
        "5, 0.5, 16000",
        "63, 0, 8000",
        "1000, 0.5, 16000"
    })
    void waitsTwiceAsLongEachTimeUpToAQuarterOfAMinute(int attempt, double jitter, long millis) {
        assertThat(Retry.delayNanos(attempt, jitter)).isEqualTo(millis * 1_000_000);
    }

    @Test
    void aSessionThatLastedIsReplacedAtOnce() {
        schedule.established();
        assertThat(schedule.waiting()).isFalse();
        schedule.lost(0, 0, 3_600 * SECOND);
        assertThat(schedule.atNanos()).isEqualTo(3_600 * SECOND);
    }

    @Test
    void whoIsThrownOutEachTimeComesBackMoreAndMoreSlowly() {
        long now = 0;
        for (int i = 0; i < 12; i++) {
            long born = now;
            schedule.established();
            schedule.lost(born, SECOND, now);
            now = schedule.atNanos();
        }
        schedule.established();
        schedule.lost(now, SECOND, now);
        assertThat(schedule.atNanos() - now).isBetween(8 * SECOND, 24 * SECOND);
        long later = schedule.atNanos() + 60 * SECOND;
        schedule.established();
        schedule.lost(later - 40 * SECOND, SECOND, later);
        assertThat(schedule.atNanos())
                .as("forgiven after a session that lasted")
                .isEqualTo(later + SECOND);
    }

    @ParameterizedTest(name = "{0} agents, keep-alive {1} s: {2} s")
    @CsvSource({"0, 25, 0", "12500, 25, 0", "20000, 25, 15", "10000, 1, 19", "1000000, 25, 255"})
    void spreadsOnlyMoreAgentsThanKeepAlivesAlreadySpread(int agents, long keepalive, int spread) {
        assertThat(CollectorAnswers.spreadSeconds(agents, keepalive)).isEqualTo(spread);
    }
}
