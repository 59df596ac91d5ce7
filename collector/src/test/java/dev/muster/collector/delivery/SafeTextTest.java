package dev.muster.collector.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SafeTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"web-3|web-3", "Grüße aus 東京 😀|Grüße aus 東京 😀", "a  b|a  b"})
    void keepsWhatPeopleWrite(String in, String out) {
        assertThat(SafeText.line(in, 100)).isEqualTo(out);
    }

    @Test
    void replacesWhatActsInsteadOfShowing() {
        assertThat(SafeText.line("a\r\nBcc: x", 100)).isEqualTo("a\uFFFD\uFFFDBcc: x");
        assertThat(SafeText.line("a\u202Egpj.exe", 100)).isEqualTo("a\uFFFDgpj.exe");
        assertThat(SafeText.line("a\u2028b\u2029c\u0085d\u200Be\u001B[31m", 100))
                .isEqualTo("a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\uFFFD[31m");
        assertThat(SafeText.line("lone \uD800 half", 100)).isEqualTo("lone \uFFFD half");
    }

    @Test
    void cutsALongLineBetweenCharacters() {
        assertThat(SafeText.line("x".repeat(10_000), 5)).isEqualTo("xxxxx…");
        assertThat(SafeText.line("ab😀cd", 3)).isEqualTo("ab…");
    }

    @Test
    void keepsLineFeedsOfABlockOnly() {
        assertThat(SafeText.block("one\r\ntwo\n\u0007three\n", 100)).isEqualTo("one\ntwo\n\uFFFDthree");
        assertThat(SafeText.block("x".repeat(10_000), 5)).isEqualTo("xxxxx…");
    }

    @Test
    void tellsATextFromANumberInAValue() {
        assertThat(SafeText.value(IntNode.valueOf(1), 100)).isEqualTo("1");
        assertThat(SafeText.value(TextNode.valueOf("1"), 100)).isEqualTo("\"1\"");
        assertThat(SafeText.value(NullNode.getInstance(), 100)).isEqualTo("(not there)");
        assertThat(SafeText.value(MissingNode.getInstance(), 100)).isEqualTo("(not there)");
    }

    @Test
    void escapesWhatActsInAValue() {
        assertThat(SafeText.value(TextNode.valueOf("a\r\n\u202Eb\u00A0c"), 100))
                .isEqualTo("\"a\\r\\n\\u202eb\\u00a0c\"");
    }

    @Test
    void saysThatAValueWasCut() {
        assertThat(SafeText.value(TextNode.valueOf("x".repeat(50_000)), 10))
                .startsWith("\"xxxxxxxxx…")
                .endsWith("(cut, 50002 characters)")
                .hasSizeLessThan(60);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void showsNothingHiddenWhateverComesIn(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            var text = new StringBuilder();
            for (int n = random.nextInt(60); n > 0; n--) {
                text.append((char) random.nextInt(0x10000));
            }
            int max = 1 + random.nextInt(40);
            for (String out : new String[] {
                SafeText.line(text.toString(), max), SafeText.value(TextNode.valueOf(text.toString()), max)
            }) {
                assertThat(out.codePoints().anyMatch(SafeText::hidden)).as(out).isFalse();
            }
            assertThat(SafeText.line(text.toString(), max).length()).isLessThanOrEqualTo(max + 1);
        }
    }
}
