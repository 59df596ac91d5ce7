package dev.muster.collector.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** How well the samples prove the rules; see docs/rules.md. */
final class RuleMutantsTest {
    /** All, but for rules that somebody has just begun. */
    private static final double PERCENT_OF_RULES = 99;

    /** Of all types, or of those that {@code -Dmuster.type=a,b} names. */
    @Test
    void whateverIsChangedInARuleIsNoticed() throws IOException {
        List<RuleMutants.Result> results = run();
        print(results);

        assertThat(percentProved(results))
                .as("percent of rules of which no change goes unnoticed; what does stands above")
                .isGreaterThanOrEqualTo(PERCENT_OF_RULES);
    }

    /** So that the tool itself is proved. */
    @Test
    void whatNoSampleTouchesIsTold() throws IOException {
        Path sample = ShippedRulesTest.FOLDER.resolve(Path.of("banners", "samples", "warned"));
        List<RuleMutants.Result> results = new RuleMutants(List.of(SampleHost.of(sample)), List.of()).run();

        assertThat(results).extracting(RuleMutants.Result::rule).containsExactly("banner-issue", "banner-issue-net");
        assertThat(results.getFirst().survivors())
                .extracting(RuleMutants.Mutant::toString)
                .contains("banner-issue: check, 0 → (-1): "
                        + "facts.issue.exists && facts.issue.bytes > (-1) && !facts.issue.leaks_os");
    }

    private static List<RuleMutants.Result> run() throws IOException {
        var samples = new ArrayList<SampleHost>();
        for (Path sample : ShippedRulesTest.samples()) {
            samples.add(SampleHost.of(sample));
        }
        return new RuleMutants(samples, ShippedRulesTest.cases()).run();
    }

    private static void print(List<RuleMutants.Result> results) {
        for (RuleMutants.Result result : results) {
            result.survivors().forEach(mutant -> System.out.println("unnoticed  " + result.type() + "  " + mutant));
        }
        int tried = results.stream().mapToInt(RuleMutants.Result::tried).sum();
        int survived =
                results.stream().mapToInt(result -> result.survivors().size()).sum();
        System.out.printf(
                Locale.ROOT,
                "rules %d, changes %d, unnoticed %d (%.1f %%); rules without an unnoticed one %.1f %%%n",
                results.size(),
                tried,
                survived,
                100.0 * survived / tried,
                percentProved(results));
    }

    private static double percentProved(List<RuleMutants.Result> results) {
        long whole =
                results.stream().filter(result -> result.survivors().isEmpty()).count();
        return 100.0 * whole / results.size();
    }
}
