package dev.muster.collector.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** How well the samples prove the rules. All of it, in minutes, with {@code -Dmuster.mutate=true}; see docs/rules.md. */
final class RuleMutantsTest {
    /** What the samples reach; the goal is 95. */
    private static final double PERCENT_OF_RULES = 54;

    @Test
    void aConditionIsChangedInOnePlaceAtATime() {
        assertThat(RuleMutants.mutants("r1", RuleMutants.Part.CHECK, "facts.a <= 5 && !(facts.b in [\"x\"])"))
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
        List<RuleMutants.Result> results = run(Set.of("banners"), Set.of());

        assertThat(results).isNotEmpty();
        assertThat(results.stream().mapToInt(RuleMutants.Result::tried).sum()).isPositive();
        assertThat(results).allSatisfy(result -> assertThat(result.survivors()).hasSizeLessThan(result.tried()));
    }

    /** Of all types, or of those that {@code -Dmuster.type=a,b} names. */
    @Test
    @EnabledIfSystemProperty(named = "muster.mutate", matches = "true")
    void samplesNoticeWhatIsWrong() throws IOException {
        Set<String> types = ShippedRulesTest.samples().stream()
                .map(RuleMutantsTest::typeOf)
                .collect(Collectors.toCollection(TreeSet::new));
        Map<RuleMutants.Place, String> alike = alike();
        List<RuleMutants.Result> results = run(types, alike.keySet());
        print(results);
        double noticed = 100.0
                * results.stream()
                        .filter(result -> result.survivors().isEmpty())
                        .count()
                / results.size();

        assertThat(noticed)
                .as("percent of rules of which no mutant goes unnoticed")
                .isGreaterThanOrEqualTo(PERCENT_OF_RULES);
    }

    private static void print(List<RuleMutants.Result> results) {
        for (RuleMutants.Result result : results) {
            result.survivors().forEach(mutant -> System.out.println("unnoticed  " + result.type() + "  " + mutant));
        }
        int tried = results.stream().mapToInt(RuleMutants.Result::tried).sum();
        int survived =
                results.stream().mapToInt(result -> result.survivors().size()).sum();
        int alike = results.stream().mapToInt(result -> result.equal().size()).sum();
        long whole =
                results.stream().filter(result -> result.survivors().isEmpty()).count();
        System.out.printf(
                Locale.ROOT,
                "rules %d, mutants %d, unnoticed %d (%.1f %%), of the same meaning %d;"
                        + " rules without an unnoticed one %d (%.1f %%)%n",
                results.size(),
                tried,
                survived,
                100.0 * survived / tried,
                alike,
                whole,
                100.0 * whole / results.size());
    }

    private static List<RuleMutants.Result> run(Set<String> types, Set<RuleMutants.Place> alike) throws IOException {
        var samples = new ArrayList<SampleHost>();
        for (Path sample : ShippedRulesTest.allSamples()) {
            if (types.contains(typeOf(sample))) {
                samples.add(SampleHost.of(sample));
            }
        }
        var cases = new ArrayList<RuleCase>();
        for (String type : types) {
            cases.addAll(RuleCase.of(ShippedRulesTest.FOLDER.resolve(type)));
        }
        return new RuleMutants(samples, cases, alike).run();
    }

    private static String typeOf(Path sample) {
        return sample.getName(sample.getNameCount() - 3).toString();
    }

    /** Changes that mean the same, and why: rule, condition, change, which of its kind, reason; between tabs. */
    private static Map<RuleMutants.Place, String> alike() throws IOException {
        var places = new HashMap<RuleMutants.Place, String>();
        try (InputStream in = Objects.requireNonNull(RuleMutantsTest.class.getResourceAsStream("equal-mutants.tsv"))) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .forEach(cells -> places.put(
                            new RuleMutants.Place(
                                    cells[0],
                                    RuleMutants.Part.valueOf(cells[1].toUpperCase(Locale.ROOT)),
                                    cells[2],
                                    Integer.parseInt(cells[3])),
                            cells[4]));
        }
        return places;
    }
}
