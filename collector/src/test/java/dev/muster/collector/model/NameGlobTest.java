package dev.muster.collector.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NameGlobTest {
    @ParameterizedTest(name = "{0} on {1}: {2}")
    @CsvSource({
        "web-1, web-1, true",
        "web-1, web-11, false",
        "web-*, web-, true",
        "web-*, web-1.example.org, true",
        "*.example.org, web-1.example.org, true",
        "*.example.org, example.org, false",
        "web-?, web-1, true",
        "web-?, web-, false",
        "*a*b*, xxaxxbxx, true",
        "*a*b*, xxbxxaxx, false",
        "*, '', true",
        "'', '', true",
        "'', a, false",
        "web[1], web1, false",
    })
    void matchesAsAShellDoes(String glob, String name, boolean matches) {
        assertThat(NameGlob.matches(glob, name)).isEqualTo(matches);
    }

    /** Backtracking without bounds would take longer than the sun shines. */
    @Test
    void aHostilePatternTakesNoLongerThanBothLengths() {
        assertThat(NameGlob.matches("*a".repeat(100) + "b", "a".repeat(5_000))).isFalse();
    }
}
