package dev.muster.collector.rules;

import static dev.muster.collector.rules.RuleFixture.CATALOGUE;
import static dev.muster.collector.rules.RuleFixture.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.collector.model.Rule;
import dev.muster.collector.model.Severity;
import dev.muster.collector.model.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an administrator's file makes of the rules that come with Muster, and which run where. */
final class DerivedRulesTest {
    private static final RuleSource SHIPPED = new RuleSource(
            "settings/rules.yaml",
            Optional.of("settings"),
            yaml("fwd-off", "true", "facts[\"net.ip_forward\"] == 0", "na")
                    + yaml("fwd-known", "true", "has(facts.token)", "na"));

    private static LoadResult load(String own) {
        return RuleLoader.load(
                CATALOGUE,
                List.of(SHIPPED, new RuleSource("own.yaml", Optional.empty(), own)),
                RuleLoader.DEFAULT_PROFILES);
    }

    @Test
    void aRuleIsReplacedInPartUnderItsId() {
        LoadResult loaded = load("""
                - replace: fwd-off
                  severity: high
                  check: facts["net.ip_forward"] == 1
                  refs: [ours 7]
                """);

        assertThat(loaded.problems()).isEmpty();
        Rule rule = loaded.set().rule("fwd-off").orElseThrow();
        assertThat(rule.severity()).isEqualTo(Severity.HIGH);
        assertThat(rule.title()).isEqualTo("A title");
        assertThat(rule.refs()).containsExactly("ours 7");
        var facts = new FakeFacts().ok("settings", "{\"net.ip_forward\": 1}");
        assertThat(loaded.set().judge(facts, loaded.set().types(), RuleFixture.TODAY))
                .filteredOn(judgement -> judgement.rule().id().equals("fwd-off"))
                .singleElement()
                .satisfies(judgement -> assertThat(judgement.verdict()).isEqualTo(Verdict.PASS));
    }

    @Test
    void rulesAreDisabledByPatternAndNewOnesAdded() {
        LoadResult loaded = load("- disable: fwd-*\n  why: our routers route\n"
                + yaml("ours", "true", "facts[\"net.ip_forward\"] == 1", "na") + "  type: settings\n");

        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.set().rules()).extracting(Rule::id).containsExactly("ours");
    }

    @Test
    void withoutABasisOnlyTheFilesRulesCount() {
        assertThat(load("- basis: none\n").set().rules()).isEmpty();
        assertThat(load("- basis: shipped\n").set().rules()).hasSize(2);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "- replace: fwd-of\\n  severity: high | own.yaml:1: fwd-of: there is no rule fwd-of; did you mean fwd-off?",
                "- disable: fwd-onn\\n  why: x | own.yaml:1: fwd-onn: there is no rule fwd-onn",
                "- disable: fwd-off | own.yaml:1: fwd-off: disable lacks why",
                "- replace: fwd-off\\n  severty: high | own.yaml:2: fwd-off: unknown member severty; did you mean severity?",
                "- replace: fwd-off\\n  id: x1 | own.yaml:1: fwd-off: replace does not go together with id",
                "- replace: fwd-off\\n  check: facts.net.ip == 0 | own.yaml:2: fwd-off: check: ",
                "- basis: all | own.yaml:1: basis is \"all\", not one of [none, shipped]",
            })
    void whatIsWrongIsToldWithItsLine(String own, String problem) {
        LoadResult loaded = load(own.replace("\\n", "\n") + "\n");

        assertThat(loaded.problems())
                .singleElement()
                .satisfies(told -> assertThat(told.toString()).startsWith(problem.strip()));
        assertThat(loaded.set().rules()).as("the others stand").isNotEmpty();
    }

    @Test
    void anIdThatIsTakenSaysHowToChangeThatRule() {
        assertThat(load(yaml("fwd-off", "true", "true", "na") + "  type: settings\n")
                        .problems())
                .singleElement()
                .satisfies(told -> assertThat(told.text()).contains("- replace: fwd-off"));
    }

    /** A trial holds the file's own rules and nothing else, so that it is fast and says nothing of others. */
    @Test
    void aTrialHoldsWhatTheFileAddsOrChanges() {
        String own =
                yaml("ours", "true", "facts[\"net.ip_forward\"] == 1", "na") + "- replace: fwd-off\n  severity: low\n";
        var file = new RuleSource("settings.yaml", Optional.of("settings"), own);
        Profiles base = Profiles.everywhere(Set.of("base"));

        LoadResult trial = RuleLoader.trial(CATALOGUE, List.of(SHIPPED), file, base, ParameterValues.NONE);

        assertThat(trial.problems()).isEmpty();
        assertThat(trial.set().rules()).extracting(Rule::id).containsExactly("fwd-off", "ours");
        var inForce = List.of(SHIPPED, new RuleSource("/etc/muster/rules.d/settings.yaml", file.type(), own));
        assertThat(RuleLoader.trial(CATALOGUE, inForce, file, base, ParameterValues.NONE)
                        .problems())
                .as("it stands in place of its older self")
                .isEmpty();
    }

    @Test
    void profilesRunWhereARoleOrLabelHasThem() {
        String stig =
                yaml("deep", "true", "facts[\"net.ip_forward\"] == 0", "na").replace("profile: base", "profile: stig");
        var profiles = new Profiles(
                Set.of("base"), Map.of("db", Set.of("stig")), Map.of("env=prod", Set.of("stig", "strict")));
        RuleSet set = RuleLoader.load(
                        CATALOGUE,
                        List.of(SHIPPED, new RuleSource("own.yaml", Optional.of("settings"), stig)),
                        profiles,
                        ParameterValues.NONE)
                .set();

        assertThat(set.keys(new FakeFacts())).doesNotContain("deep");
        assertThat(set.keys(new FakeFacts().role("db"))).contains("deep", "fwd-off");
        assertThat(set.keys(new FakeFacts().label("env=prod"))).contains("deep");
        assertThat(set.judge(new FakeFacts().ok("settings", "{}"), set.types(), RuleFixture.TODAY))
                .extracting(judgement -> judgement.rule().id())
                .doesNotContain("deep");
    }

    @Test
    void aLabelsParameterGoesBeforeARolesAndAHostsBeforeALabels() {
        var source = new RuleSource(
                "own.yaml",
                Optional.of("settings"),
                "- param: wanted\n  type: int\n  meaning: m\n"
                        + yaml("r1", "true", "facts[\"net.ip_forward\"] == param.wanted", "na"));
        var values = new ParameterValues(
                Map.of("wanted", FakeFacts.json("1")),
                Map.of("db", Map.of("wanted", FakeFacts.json("2"))),
                Map.of("env=prod", Map.of("wanted", FakeFacts.json("3"))),
                Map.of());
        RuleSet set = RuleLoader.load(CATALOGUE, List.of(source), RuleLoader.DEFAULT_PROFILES, values)
                .set();

        assertThat(verdict(set, new FakeFacts(), 1)).isEqualTo(Verdict.PASS);
        assertThat(verdict(set, new FakeFacts().role("db"), 2)).isEqualTo(Verdict.PASS);
        assertThat(verdict(set, new FakeFacts().role("db").label("env=prod"), 3))
                .isEqualTo(Verdict.PASS);
    }

    private static Verdict verdict(RuleSet set, FakeFacts facts, int forward) {
        facts.ok("settings", "{\"net.ip_forward\": " + forward + "}");
        return RuleFixture.judge(set, facts).verdict();
    }
}
