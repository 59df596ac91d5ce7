package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NearestTest {
    private static final List<String> KNOWN = List.of("settle", "listen", "keepalive", "api");

    @ParameterizedTest(name = "{0} means {1}")
    @CsvSource({"settel, settle", "listn, listen", "keep-alive, keepalive", "apis, api", "pai, api", "settle, settle"})
    void namesWhatWasMeant(String name, String meant) {
        assertThat(Nearest.hint(name, KNOWN)).isEqualTo("; did you mean " + meant + "?");
    }

    @Test
    void saysNothingWhereNothingIsNear() {
        assertThat(Nearest.hint("graph", KNOWN)).isEmpty();
        assertThat(Nearest.hint("", KNOWN)).isEmpty();
        assertThat(Nearest.hint("settle", List.of())).isEmpty();
    }

    @Test
    void looksAtNoNameOfAnyLength() {
        assertThat(Nearest.hint("x".repeat(1_000_000), List.of("x".repeat(999_999))))
                .isEmpty();
    }
}
