package dev.muster.collector.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "web-1", "naïve café", "日本語", "a — b…", "C:\\path", "😀"})
    void leavesOrdinaryTextAsItIs(String text) {
        assertThat(Text.escape(text)).isSameAs(text);
    }

    @ParameterizedTest
    @CsvSource({
        "'\u001b[31m', '\\x1b[31m'",
        "'\u009b2J', '\\x9b2J'",
        "'\u0000\u007f', '\\x00\\x7f'",
        "'a\u202eb', 'a\\u{202e}b'",
        "'\u2066', '\\u{2066}'",
        "'\u200b', '\\u{200b}'",
        "'\u2028', '\\u{2028}'",
        "'\ue000', '\\u{e000}'"
    })
    void writesOutWhatATerminalWouldObey(String text, String expected) {
        assertThat(Text.escape(text)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void noTextSurvivesWithAControlCharacter(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            String text = random.ints(8, 0, 0x11_0000)
                    .map(c -> random.nextInt(3) == 0 ? c & 0xff : c)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            String escaped = Text.escape(text);
            assertThat(escaped.codePoints().noneMatch(Character::isISOControl)).isTrue();
            assertThat(Text.escape(escaped)).isEqualTo(escaped);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {6, 7, 8})
    void jsonMeansTheSameAfterItsEscape(long seed) throws Exception {
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            String value = random.ints(8, 0, 0x3000)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            String json =
                    JsonNodeFactory.instance.objectNode().put(value, value).toString();
            String escaped = Text.escapeJson(json);
            assertThat(ApiClient.JSON.readTree(escaped)).isEqualTo(ApiClient.JSON.readTree(json));
            assertThat(Text.escape(escaped)).isEqualTo(escaped);
        }
    }

    @ParameterizedTest
    @CsvSource({"web,3", "日本,4", "e\u0301,1", "ﾊﾝｶｸ,4", "😀,2", "—,1"})
    void knowsHowWideTextIs(String text, int expected) {
        assertThat(Text.width(text)).isEqualTo(expected);
    }

    @Test
    void wrapsAtSpacesAndCutsOrKeepsLongWords() {
        String text = "set it to no and reload\nthe-daemon-of-the-day now";
        assertThat(Text.wrap(text, 10, Text.LongWords.BREAK))
                .containsExactly("set it to", "no and", "reload", "the-daemon", "-of-the-da", "y now");
        assertThat(Text.wrap(text, 10, Text.LongWords.KEEP))
                .containsExactly("set it to", "no and", "reload", "the-daemon-of-the-day", "now");
        assertThat(Text.wrap("日本語日本語", 8, Text.LongWords.BREAK)).containsExactly("日本語日", "本語");
        assertThat(Text.wrap("", 10, Text.LongWords.BREAK)).containsExactly("");
    }
}
