package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares lib/json.sh with Java's own UTF-8 decoder and JSON reader, over bytes that break others. */
final class JsonLibraryTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Path LIBRARY = Sample.MODULE.resolve("lib");

    /** Bytes on the borders of what UTF-8 allows, and of what JSON must escape. */
    private static final int[] TELLING = {
        0x01, 0x08, 0x09, 0x0d, 0x1b, 0x1f, ' ', '"', '\\', '[', ']', '^', 'a', '~', 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0,
        0xbf, 0xc0, 0xc1, 0xc2, 0xc3, 0xdf, 0xe0, 0xe1, 0xe2, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff
    };

    private static final int LINES = 400;
    private static final int HUGE_LINE_BYTES = 1_000_000;

    @TempDir
    Path scratch;

    static Stream<Arguments> seeds() {
        return Stream.of(Shell.values())
                .flatMap(shell -> IntStream.range(0, 5).mapToObj(seed -> Arguments.of(shell, seed)));
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("seeds")
    void writesWhatJavaReadsOfTheSameBytes(Shell shell, int seed) throws Exception {
        var random = new Random(seed);
        var input = new ByteArrayOutputStream();
        for (int line = 0; line < LINES; line++) {
            int length = random.nextInt(20) == 0 ? 600 : random.nextInt(12);
            for (int i = 0; i < length; i++) {
                input.write(TELLING[random.nextInt(TELLING.length)]);
            }
            input.write('\n');
        }
        input.write('.');
        assertThat(texts(shell, input.toByteArray())).containsExactlyElementsOf(decoded(input.toByteArray()));
    }

    @ParameterizedTest
    @EnumSource
    void survivesALineThatIsHugeAndAllOfItEscaped(Shell shell) throws Exception {
        byte[] line = new byte[HUGE_LINE_BYTES];
        Arrays.fill(line, (byte) '"');
        line[HUGE_LINE_BYTES / 2] = (byte) 0xff;
        assertThat(texts(shell, line)).containsExactlyElementsOf(decoded(line));
    }

    @Test
    void replacesEachLongestPieceThatCouldBeginACharacter() throws Exception {
        // The examples of the Unicode Standard, tables 3-8 to 3-11.
        byte[] input = bytes(
                0xc0, 0xaf, 0xe0, 0x80, 0xbf, 0xf0, 0x81, 0x82, 0x41, '\n', //
                0xed, 0xa0, 0x80, 0xed, 0xbf, 0xbf, 0xed, 0xaf, 0x41, '\n', //
                0xf4, 0x91, 0x92, 0x93, 0xff, 0x41, 0x80, 0xbf, 0x42, '\n', //
                0xe1, 0x80, 0xe2, 0xf0, 0x91, 0x92, 0xf1, 0xbf, 0x41, '\n');
        assertThat(texts(Shell.DASH, input))
                .containsExactly(
                        "\ufffd".repeat(8) + "A",
                        "\ufffd".repeat(8) + "A",
                        "\ufffd".repeat(5) + "A\ufffd\ufffdB",
                        "\ufffd".repeat(4) + "A");
    }

    @ParameterizedTest
    @EnumSource
    void writesANumberOnlyWhereItIsOneOf64Bits(Shell shell) throws Exception {
        List<String> numbers = List.of(
                "0",
                "-1",
                "10",
                "999999999999999999",
                "9007199254740993",
                "9223372036854775807",
                "-9223372036854775808");
        List<String> texts = List.of(
                "",
                "-",
                "-0",
                "00",
                "01",
                "-01",
                "+1",
                "1 ",
                " 1",
                "1.0",
                "1e3",
                "0x1",
                "9223372036854775808",
                "-9223372036854775809",
                "9999999999999999999",
                "10000000000000000000",
                "١");
        var input = String.join(
                        "\n", Stream.concat(numbers.stream(), texts.stream()).toList()) + "\n";
        var written = run(shell, "json_scalar", input.getBytes(StandardCharsets.UTF_8));
        assertThat(written.subList(0, numbers.size())).isEqualTo(numbers);
        assertThat(written.subList(numbers.size(), written.size()))
                .containsExactlyElementsOf(
                        texts.stream().map(text -> "\"" + text + "\"").toList());
    }

    private List<String> texts(Shell shell, byte[] input) throws Exception {
        var texts = new ArrayList<String>();
        for (String line : run(shell, "json_text", input)) {
            texts.add(JSON.readTree(line).textValue());
        }
        return texts;
    }

    private List<String> run(Shell shell, String function, byte[] input) throws Exception {
        Path file = Files.write(scratch.resolve("input"), input);
        Path script = Files.writeString(scratch.resolve("script"), """
                . "$MUSTER_LIB/json.sh"
                awk "$json_awk"'{ print %s($0) }' "$MUSTER_ROOT"
                """.formatted(function));
        Shell.Run run = shell.run(script, LIBRARY, file.toString(), scratch, 60, List.of());
        assertThat(run.complaints()).isEmpty();
        return run.text().lines().toList();
    }

    /**
     * Java's own reading of each line, but for the beginning of a surrogate: Java makes one replacement of all three of
     * its bytes, the Unicode Standard one of each.
     */
    private static List<String> decoded(byte[] input) {
        return new String(input, StandardCharsets.ISO_8859_1)
                .replaceAll("\u00ed[\u00a0-\u00bf]", "\u00ff\u00ff")
                .transform(text -> Arrays.stream(text.split("\n", -1)))
                .map(line -> new String(line.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
                .toList();
    }

    private static byte[] bytes(int... values) {
        var bytes = new ByteArrayOutputStream();
        for (int value : values) {
            bytes.write(value);
        }
        return bytes.toByteArray();
    }
}
