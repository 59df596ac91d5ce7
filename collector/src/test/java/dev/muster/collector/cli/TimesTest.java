package dev.muster.collector.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {
    private static final Instant NOW = Instant.parse("2026-11-20T14:00:00Z");
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @ParameterizedTest
    @CsvSource({
        "2026-11-20T14:00:05Z,0 s",
        "2026-11-20T13:59:01Z,59 s",
        "2026-11-20T13:59:00Z,1 min",
        "2026-11-20T13:00:00Z,1 h",
        "2026-11-18T14:00:01Z,47 h",
        "2026-11-18T14:00:00Z,2 d",
        "1970-01-01T00:00:00Z,20777 d",
        "soon,soon"
    })
    void agesAreInTheLargestUnitThatFits(String instant, String expected) {
        assertThat(Times.age(instant, NOW)).isEqualTo(expected);
    }

    @Test
    void timesAreShownInTheReadersZone() {
        assertThat(Times.minute("2026-07-01T22:30:59Z", BERLIN)).isEqualTo("2026-07-02 00:30");
        assertThat(Times.second("2026-11-20T14:02:11.004Z", BERLIN)).isEqualTo("2026-11-20 15:02:11");
        assertThat(Times.second("garbage", BERLIN)).isEqualTo("garbage");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-13-01", "2026-02-30", "2026-11-20T25:00"})
    void daysThatDoNotExistAreRefused(String typed) {
        assertThatThrownBy(() -> Times.typed(typed, BERLIN)).isInstanceOf(CliException.class);
    }
}
