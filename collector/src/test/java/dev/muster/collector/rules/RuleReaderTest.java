package dev.muster.collector.rules;

import static dev.muster.collector.rules.RuleFixture.yaml;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class RuleReaderTest {
    private static final String GOOD = yaml("r1", "true", "true", "na");

    private static RuleReader.Result read(String text) {
        return RuleReader.read(new RuleSource("f.yaml", Optional.of("settings"), text));
    }

    @Test
    void aWholeRuleIsRead() {
        var result = read(GOOD);

        assertThat(result.problems()).isEmpty();
        assertThat(result.rules()).singleElement().satisfies(rule -> {
            assertThat(rule.rule().id()).isEqualTo("r1");
            assertThat(rule.rule().refs()).containsExactly("A 1");
            assertThat(rule.line()).isEqualTo(1);
            assertThat(rule.checkLine()).isEqualTo(6);
        });
    }

    @Test
    void anEmptyFileHasNoRulesAndNoProblem() {
        assertThat(read("# nothing yet\n"))
                .isEqualTo(new RuleReader.Result(List.of(), List.of(), List.of(), List.of()));
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                arguments(
                        GOOD.replace("severity:", "severty:"),
                        "f.yaml:4: r1: unknown member severty; did you mean severity?"),
                arguments(GOOD.replace("medium", "midium"), "not one of [high, low, medium]; did you mean medium?"),
                arguments(
                        GOOD.replace("when: 'true'", "when: true"),
                        "f.yaml:5: r1: when must be text: write it in quotes"),
                arguments(GOOD.replace("when: 'true'", "when: [a]"), "f.yaml:5: r1: when must be text"),
                arguments(GOOD.replace("missing: na", "missing:"), "missing is empty"),
                arguments(GOOD.replace("r1", "[-]"), "f.yaml:1: id must be text"),
                arguments(GOOD.replace("r1", "a b"), "f.yaml:1: id is \"a b\""),
                arguments(GOOD.replace("  why: Because.\n", ""), "f.yaml:1: r1: lacks why"),
                arguments(GOOD + "  why: Twice.\n", "f.yaml:12: r1: why is there twice"),
                arguments(GOOD.replace("Because.", "\" \""), "why is empty"),
                arguments(GOOD.replace("[A 1]", "A 1"), "refs must be a list of texts"),
                arguments(GOOD.replace("[A 1]", "[{a: 1}]"), "each of refs must be text"),
                arguments(GOOD.replace("Because.", "x".repeat(20_000)), "longer than 10000 characters"),
                arguments(
                        GOOD.replace("Because.", "&a text").replace("Do it.", "*a"),
                        "f.yaml:9: r1: anchors and aliases"),
                arguments("rules: []\n", "f.yaml:1: must be a list of rules"),
                arguments("- text\n", "f.yaml:1: is no rule"),
                arguments("just text", "must be a list of rules"),
                arguments(GOOD + "---\n[]\n", "a second document"),
                arguments(GOOD + "- id: [\n", "not YAML"),
                arguments("- \t%\u0000", "not YAML"),
                arguments(
                        GOOD + "- !!javax.script.ScriptEngineManager [!!java.net.URL [\"http://x\"]]\n",
                        "f.yaml:12: is no rule"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whatIsWrongIsNamedWithFileAndLine(String text, String problem) {
        assertThat(read(text).problems())
                .extracting(Problem::toString)
                .anySatisfy(found -> assertThat(found).contains(problem).startsWith("f.yaml:"));
    }

    @Test
    void whatCameBeforeBrokenYamlStands() {
        assertThat(read(GOOD + "- id: [\n").rules()).hasSize(1);
    }

    @Test
    void anAliasBombIsNotBuilt() {
        var bomb = new StringBuilder("- &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 40; i++) {
            bomb.append("- &a")
                    .append(i)
                    .append(" [")
                    .append(("*a" + (i - 1) + ", ").repeat(8))
                    .append("x]\n");
        }

        var result = read(bomb + GOOD);

        assertThat(result.problems()).hasSize(40);
        assertThat(result.rules()).hasSize(1);
    }

    @Test
    void deepAndLongFilesEndSoonInAProblem() {
        assertThat(read("- ".repeat(200_000)).problems()).isNotEmpty();
        assertThat(read("[".repeat(500_000)).problems()).isNotEmpty();
        assertThat(read("{a: ".repeat(200_000)).problems()).isNotEmpty();
        assertThat(read("- 1\n".repeat(200_000)).problems()).hasSizeLessThan(200);
        assertThat(read("#".repeat(RuleSource.MAX_BYTES + 1)).problems())
                .extracting(Problem::text)
                .containsExactly("the file is larger than 1048576 bytes");
    }

    static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void anyBytesGiveRulesOrProblems(long seed) {
        var random = new Random(seed);
        byte[] bytes = GOOD.repeat(2).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 1 + seed % 12; i++) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }

        var result = read(new String(bytes, StandardCharsets.UTF_8));

        assertThat(result.rules().size() + result.problems().size()).isPositive();
        assertThat(result.problems())
                .allMatch(problem -> problem.line() >= 1 && !problem.text().contains("\n"));
    }
}
