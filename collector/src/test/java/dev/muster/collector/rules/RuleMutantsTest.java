package dev.muster.collector.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** How well the samples prove the rules. All of it, in minutes, with {@code -Dmuster.mutate=true}; see docs/rules.md. */
final class RuleMutantsTest {
    /** What the samples reach; the goal is 95. */
    private static final double PERCENT_OF_RULES = 85;

    @Test
    void aConditionIsChangedInOnePlaceAtATime() {
        assertThat(RuleMutants.mutants("r1", "facts.a <= 5 && !(facts.b in [\"x\"])"))
                .extracting(RuleMutants.Mutant::text)
                .containsExactly(
                        "facts.a > 5 && !(facts.b in [\"x\"])",
                        "facts.a < 5 && !(facts.b in [\"x\"])",
                        "facts.a <= 6 && !(facts.b in [\"x\"])",
                        "facts.a <= (4) && !(facts.b in [\"x\"])",
                        "facts.a <= 5 || !(facts.b in [\"x\"])",
                        "facts.a <= 5 && (facts.b in [\"x\"])",
                        "facts.a <= 5 && !(facts.b in [\"x~\"])");
    }

    /** One small type every time, so that the tool itself is proved. */
    @Test
    void theSamplesOfBannersNoticeTheMutantsOfTheirRules() throws IOException {
        List<Path> samples = ShippedRulesTest.samples().stream()
                .filter(sample -> sample.toString().contains("/banners/"))
                .toList();
        List<RuleMutants.Result> results = new RuleMutants(samples).run();

        assertThat(results).isNotEmpty();
        assertThat(results.stream().mapToInt(RuleMutants.Result::tried).sum()).isPositive();
        assertThat(results).allSatisfy(result -> assertThat(result.survivors()).hasSizeLessThan(result.tried()));
    }

    /** A rule is proved where samples notice at least half of its mutants. */
    @Test
    @EnabledIfSystemProperty(named = "muster.mutate", matches = "true")
    void samplesNoticeWhatIsWrong() throws IOException {
        List<RuleMutants.Result> results = new RuleMutants(ShippedRulesTest.samples()).run();
        int tried = results.stream().mapToInt(RuleMutants.Result::tried).sum();
        int survived =
                results.stream().mapToInt(result -> result.survivors().size()).sum();
        long whole =
                results.stream().filter(result -> result.survivors().isEmpty()).count();
        List<String> unproved = results.stream()
                .filter(result -> 2 * result.survivors().size() > result.tried())
                .map(RuleMutants.Result::rule)
                .sorted()
                .toList();
        results.forEach(result -> result.survivors().forEach(mutant -> System.out.println("unnoticed  " + mutant)));
        System.out.printf(
                "rules %d, mutants %d, unnoticed %d (%.1f %%); rules without an unnoticed one %d (%.1f %%);"
                        + " with more than half unnoticed %d: %s%n",
                results.size(),
                tried,
                survived,
                100.0 * survived / tried,
                whole,
                100.0 * whole / results.size(),
                unproved.size(),
                unproved);

        assertThat(100.0 * (results.size() - unproved.size()) / results.size())
                .as("percent of rules most of whose mutants samples notice; not so: %s", unproved)
                .isGreaterThanOrEqualTo(PERCENT_OF_RULES);
    }
}
