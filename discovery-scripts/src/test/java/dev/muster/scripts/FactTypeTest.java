package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FactTypeTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @ParameterizedTest(name = "{1} is a {0}: {2}")
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "text, |\"a\"|, true",
                "text, 1, false",
                "int, 1, true",
                "int, |9223372036854775807|, true",
                "int, |9223372036854775808|, false",
                "int, 1.0, true",
                "int, 1.5, false",
                "int, |\"1\"|, false",
                "bool, true, true",
                "bool, |\"yes\"|, false",
                "date, |\"2026-11-21\"|, true",
                "date, |\"2026-11-21T04:05Z\"|, true",
                "date, |\"2026-02-30\"|, false",
                "date, |\"21.11.2026\"|, false",
                "record, {}, true",
                "record, [], false",
                "any, [], true",
                "int or text, |\"a\"|, true",
                "int or text, 1, true",
                "int or text, true, false",
                "list of int, |[1,2]|, true",
                "list of int, |[1,\"2\"]|, false",
                "list of int or text, |[1,\"2\"]|, true",
                "map of list of text, |{\"a\":[\"b\"]}|, true",
                "map of list of text, |{\"a\":\"b\"}|, false",
                "map of text or list of text, |{\"a\":\"b\",\"c\":[\"d\"]}|, true",
                "map of text or list of text, |{\"a\":[1]}|, false"
            })
    void takesFactsOfItsType(String words, String fact, boolean accepted) throws Exception {
        assertThat(FactType.parse(words).orElseThrow().accepts(JSON.readTree(fact)))
                .isEqualTo(accepted);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Text", "number", "list of", "list of ", "int or", "int  or text", "map of list", "or"})
    void knowsNoOtherWords(String words) {
        assertThat(FactType.parse(words)).isEmpty();
    }
}
