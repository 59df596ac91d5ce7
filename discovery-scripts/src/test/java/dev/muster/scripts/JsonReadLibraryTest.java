package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares lib/json_read.sh with Java's own JSON reader, over documents that are JSON, nearly JSON, and made to hurt. */
final class JsonReadLibraryTest {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final Path LIBRARY = Sample.MODULE.resolve("lib");
    private static final int DOCUMENTS = 300;
    private static final String WRONG = "wrong";

    /** What documents are broken with. */
    private static final String SIGNS = "{}[],:\"\\ 01.e-tn\t";

    private static final List<String> SCALARS = List.of(
            "true",
            "false",
            "null",
            "0",
            "-0",
            "1.5e-3",
            "9223372036854775808",
            "\"\"",
            "\"\\\\\"",
            "\"a\\\"b\\\\\"",
            "\"\\u263a\\/\\b\\f\\n\\r\\t\"",
            "\"\\ud83d\\ude00\"",
            "\"grün\"",
            "\"{[,:]}\"");

    @TempDir
    Path scratch;

    static Stream<Arguments> seeds() {
        return Stream.of(Shell.values())
                .flatMap(shell -> IntStream.range(0, 3).mapToObj(seed -> Arguments.of(shell, seed)));
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("seeds")
    void readsWhatJavaReadsAndRefusesWhatItRefuses(Shell shell, int seed) throws Exception {
        var random = new Random(seed);
        var documents = new ArrayList<String>();
        for (int i = 0; i < DOCUMENTS; i++) {
            String document = document(random, 4);
            documents.add(document);
            documents.add(broken(random, document));
        }

        var read = read(shell, documents);

        assertThat(read).hasSameSizeAs(documents);
        for (int i = 0; i < documents.size(); i++) {
            assertThat(parse(read.get(i))).as(documents.get(i)).isEqualTo(parse(documents.get(i)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void replacesWhatUtf8CannotHaveAndRefusesWhatJsonCannot(Shell shell) throws Exception {
        var read = read(
                shell,
                List.of(
                        "\"\\ud800x\\udc00\\u0000\"",
                        "\"\\ud83d\\ud83d\\ude00\"",
                        "\"\u0001\"",
                        "\"\\x\"",
                        "\"\\u12g4\"",
                        "{\"a\":1,\"a\":2}"));

        assertThat(read)
                .containsExactly("\"\ufffdx\ufffd\ufffd\"", "\"\ufffd\ud83d\ude00\"", WRONG, WRONG, WRONG, "{\"a\":2}");
    }

    @ParameterizedTest
    @EnumSource
    void refusesWhatIsMadeToHurt(Shell shell) throws Exception {
        var read = read(
                shell,
                List.of(
                        "[".repeat(100) + "]".repeat(100),
                        "[".repeat(101) + "]".repeat(101),
                        "[".repeat(1_000_000),
                        "\"" + "x".repeat(65_536) + "\"",
                        "\"" + "x".repeat(65_537) + "\"",
                        "\"" + "\\\"".repeat(1_000_000) + "\"",
                        "[" + "1,".repeat(100_000) + "1]",
                        "x".repeat(5_000_000)));

        assertThat(read.stream().map(line -> line.equals(WRONG) ? WRONG : "read"))
                .containsExactly("read", WRONG, WRONG, "read", WRONG, WRONG, WRONG, WRONG);
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("seeds")
    void leavesAreThoseOfJavaWithTheWayToEach(Shell shell, int seed) throws Exception {
        var random = new Random(seed);
        List<String> documents = IntStream.range(0, 300)
                .mapToObj(_ -> document(random, 4))
                .filter(JsonReadLibraryTest::isWrittenInOneWay)
                .toList();
        var expected = new ArrayList<String>();
        for (String document : documents) {
            addLeaves(JSON.readTree(document), "", expected);
            expected.add("--");
        }

        assertThat(leaves(shell, documents)).containsExactlyElementsOf(expected);
    }

    @ParameterizedTest
    @EnumSource
    void leavesEndWithASignWhereTheRestIsRefused(Shell shell) throws Exception {
        List<String> leaves = leaves(
                shell,
                List.of(
                        "",
                        "{\"a\": [1, {\"b c.d\": \"\\u263a\\n\"}]} and more",
                        "{\"a\": [1",
                        "[1, x",
                        "[".repeat(101),
                        "[\"" + "\\\"".repeat(33_000) + "\"]",
                        "[\"" + "x".repeat(5_000) + "\"]",
                        "no JSON"));

        assertThat(leaves)
                .containsExactly(
                        "--",
                        "t a.0 1",
                        "t a.1.b_c_d ☺ ",
                        "--",
                        "t a.0 1",
                        "c",
                        "--",
                        "t 0 1",
                        "c",
                        "--",
                        "c",
                        "--",
                        "c",
                        "--",
                        "t 0 " + "x".repeat(4_096),
                        "--",
                        "c",
                        "--");
    }

    /** No name comes twice or is empty, and Java writes its numbers as they came. */
    private static boolean isWrittenInOneWay(String document) {
        try (var parser = JSON.createParser(document)) {
            parser.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
            JSON.readTree(parser);
            return !document.matches(".*(e-3|-0|\"\"\\s*:).*");
        } catch (IOException e) {
            return false;
        }
    }

    private static void addLeaves(JsonNode value, String path, List<String> leaves) {
        if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                addLeaves(value.get(i), (path.isEmpty() ? "" : path + ".") + i, leaves);
            }
        } else if (value.isObject()) {
            for (var member : value.properties()) {
                String name = member.getKey().replaceAll("[ .\\p{Cntrl}]", "_");
                addLeaves(member.getValue(), path.isEmpty() ? name : path + "." + name, leaves);
            }
        } else {
            leaves.add("t " + path + " " + value.asText().replaceAll("\\p{Cntrl}", " "));
        }
    }

    private List<String> leaves(Shell shell, List<String> documents) throws Exception {
        Path file = Files.writeString(scratch.resolve("input"), String.join("\n", documents) + "\n");
        Path script = Files.writeString(scratch.resolve("script"), """
                . "$MUSTER_LIB/json_read.sh"
                while IFS= read -r line; do
                    printf '%s' "$line" | awk -v json_tag=t "$json_leaves_awk"
                    echo --
                done <"$MUSTER_ROOT"
                """);
        Shell.Run run = shell.run(script, LIBRARY, file.toString(), scratch, 60, List.of());
        assertThat(run.complaints()).isEmpty();
        return new String(run.output().array(), StandardCharsets.UTF_8).lines().toList();
    }

    private static String document(Random random, int depth) {
        int size = random.nextInt(4);
        if (depth == 0 || random.nextInt(3) == 0) {
            return SCALARS.get(random.nextInt(SCALARS.size()));
        }
        boolean isObject = random.nextBoolean();
        var members = new ArrayList<String>();
        for (int i = 0; i < size; i++) {
            String value = document(random, depth - 1);
            members.add(
                    isObject
                            ? SCALARS.get(7 + random.nextInt(SCALARS.size() - 7)) + blanks(random) + ":" + value
                            : value);
        }
        String inside = blanks(random) + String.join(blanks(random) + "," + blanks(random), members) + blanks(random);
        return isObject ? "{" + inside + "}" : "[" + inside + "]";
    }

    private static String blanks(Random random) {
        return random.nextInt(4) == 0 ? " \t" : "";
    }

    /** Half a pair of surrogates Java keeps, so these stay whole. */
    private static String broken(Random random, String document) {
        if (document.contains("ud83d")) {
            return document + "]";
        }
        int at = random.nextInt(document.length());
        String sign = Character.toString(SIGNS.charAt(random.nextInt(SIGNS.length())));
        return switch (random.nextInt(3)) {
            case 0 -> document.substring(0, at) + document.substring(at + 1);
            case 1 -> document.substring(0, at) + sign + document.substring(at);
            default -> document.substring(0, at) + sign + document.substring(at + 1);
        };
    }

    /** The same for everything that is no document. */
    private static JsonNode parse(String text) {
        try {
            JsonNode read = JSON.readTree(text);
            return read.isMissingNode() ? JSON.getNodeFactory().textNode(WRONG) : read;
        } catch (JsonProcessingException e) {
            return JSON.getNodeFactory().textNode(WRONG);
        }
    }

    private List<String> read(Shell shell, List<String> documents) throws Exception {
        Path file = Files.writeString(scratch.resolve("input"), String.join("\n", documents) + "\n");
        Path script = Files.writeString(scratch.resolve("script"), """
                . "$MUSTER_LIB/json.sh"
                . "$MUSTER_LIB/json_read.sh"
                awk "$json_awk$json_read_awk"'
                function shown(n,    i, out) {
                    for (i = 1; i <= json_size[n]; i++) {
                        out = out (i > 1 ? "," : "")
                        if (json_kind[n] == "object") out = out json_text(json_name[n, i]) ":"
                        out = out shown(json_child[n, i])
                    }
                    if (json_kind[n] == "object") return "{" out "}"
                    if (json_kind[n] == "array") return "[" out "]"
                    return json_kind[n] == "string" ? json_text(json_value[n]) : json_value[n]
                }
                { json_begin(); json_line($0); print json_end() ? shown(1) : "wrong" }' "$MUSTER_ROOT"
                """);
        Shell.Run run = shell.run(script, LIBRARY, file.toString(), scratch, 60, List.of());
        assertThat(run.complaints()).isEmpty();
        return new String(run.output().array(), StandardCharsets.UTF_8).lines().toList();
    }
}
