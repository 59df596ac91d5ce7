package dev.muster.collector.rules;

import static dev.muster.collector.rules.RuleFixture.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.model.Judgement;
import dev.muster.collector.model.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ParametersTest {
    private static final String DECLARED = """
            - param: min_days
              type: int
              default: 7
              meaning: days
            - param: shells
              type: list of text
              default: [/bin/sh]
              meaning: allowed shells
            - param: owner
              type: text
              meaning: nobody by default
            """;

    private static final FakeFacts HOST = new FakeFacts()
            .ok("accounts", "{\"min_days\": 7, \"shells\": [\"/bin/sh\", \"/bin/bash\"], \"umask\": \"027\"}")
            .role("web")
            .role("db");

    private static LoadResult load(String rules, ParameterValues values) {
        return RuleLoader.load(
                RuleFixture.CATALOGUE,
                List.of(new RuleSource("rules.yaml", Optional.of("accounts"), DECLARED + rules)),
                RuleLoader.DEFAULT_PROFILES,
                values);
    }

    private static Judgement judge(String when, String check, ParameterValues values) {
        var loaded = load(yaml("r1", when, check, "fail"), values);
        assertThat(loaded.problems()).isEmpty();
        return RuleFixture.judge(loaded.set(), HOST);
    }

    private static Map<String, JsonNode> set(String name, String json) {
        return Map.of(name, FakeFacts.json(json));
    }

    @Test
    void theDefaultHoldsWhereNobodySaysOtherwise() {
        var judgement = judge("true", "facts.min_days >= param.min_days", ParameterValues.NONE);

        assertThat(judgement.verdict()).isEqualTo(Verdict.PASS);
        assertThat(judgement.evidence().reads())
                .extracting(read -> read.path() + " " + read.value())
                .containsExactly("accounts.min_days 7", "param.min_days 7");
    }

    /** The site's value, then those of the roles web and db, the host's. */
    @ParameterizedTest
    @CsvSource({",,,,7", "8,,,,8", "8,9,,,9", "8,9,10,,9", "8,,10,,10", "8,9,10,11,11", ",,10,11,11"})
    void theNearestValueCounts(String site, String web, String db, String host, int counts) {
        var values = new ParameterValues(
                given(site),
                Map.of("web", given(web), "db", given(db)),
                Map.of(),
                Map.of("web1", given(host), "web2", given("99")));

        assertThat(judge("true", "param.min_days == " + counts, values).verdict())
                .isEqualTo(Verdict.PASS);
    }

    private static Map<String, JsonNode> given(String value) {
        return value == null ? Map.of() : set("min_days", value);
    }

    @Test
    void elementsOutsideOfAListAreShown() {
        var judgement = judge("true", "facts.shells.all(s, s in param.shells)", ParameterValues.NONE);

        assertThat(judgement.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(judgement.evidence().offending()).containsExactly("/bin/bash");
    }

    @Test
    void aRuleWithoutTheValueItReadsDoesNotApply() {
        var unset = judge("true", "facts.umask == param.owner", ParameterValues.NONE);
        var guarded = judge("hasParam(\"owner\")", "facts.umask == param.owner", ParameterValues.NONE);
        var set = judge(
                "hasParam(\"owner\")",
                "facts.umask == param.owner",
                new ParameterValues(set("owner", "\"027\""), Map.of(), Map.of(), Map.of()));

        assertThat(unset.verdict()).isEqualTo(Verdict.NA);
        assertThat(unset.reason()).contains("parameter owner is not set");
        assertThat(guarded.verdict()).isEqualTo(Verdict.NA);
        assertThat(set.verdict()).isEqualTo(Verdict.PASS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "param.min_day == 1 ; undefined field 'min_day'",
                "param.min_days == '1' ; no matching overload",
                "size(param.shells.filter(s, s == 1)) == 0 ; no matching overload",
                "param == param ; param is read as a whole",
            })
    void aParameterThatIsNotAsDeclaredDoesNotCompile(String check, String problem) {
        var loaded = load(yaml("r1", "true", check, "na"), ParameterValues.NONE);

        assertThat(loaded.problems()).singleElement().asString().contains(problem);
    }

    @Test
    void valuesThatDoNotFitAreTold() {
        var values = new ParameterValues(
                set("min_day", "1"),
                Map.of("web", set("min_days", "\"1\"")),
                Map.of(),
                Map.of("web1", set("shells", "[1]"), "web2", set("min_days", "3")));

        assertThat(load("", values).problems())
                .extracting(Problem::toString)
                .satisfiesExactly(
                        first -> assertThat(first)
                                .isEqualTo("parameters of site:1: min_day is not declared by any file of rules"
                                        + "; did you mean min_days?"),
                        second -> assertThat(second).isEqualTo("parameters of role web:1: min_days is not int"),
                        third -> assertThat(third).isEqualTo("parameters of host web1:1: shells is not list of text"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{param: a, type: number, meaning: m} | type is \"number\", not one of",
                "{param: a, type: int} | lacks meaning",
                "{param: a, type: int, meaning: m, default: x} | default is not int",
                "{param: a, type: list of int, meaning: m, default: [[1]]} | is neither text, a whole number",
                "{param: a, type: int, meaning: m, default: 99999999999999999999} | is neither text, a whole number",
                "{param: A-B, type: int, meaning: m} | does not match",
                "{param: a, type: int, meaning: m, deflaut: 1} | unknown member deflaut",
                "{param: a, type: int, meaning: m, type: int} | type is there twice",
                "{param: min_days, type: int, meaning: m} | the name is taken",
                "{param: a, type: list of text, meaning: m, default: [&x a, *x]} | anchors",
            })
    void aWrongDeclarationIsTold(String declaration, String problem) {
        var loaded = load("- " + declaration + "\n" + yaml("r1", "true", "true", "na"), ParameterValues.NONE);

        assertThat(loaded.problems()).isNotEmpty().first().asString().contains(problem);
        assertThat(loaded.set().rules()).hasSize(1);
    }

    @Test
    void theHashTellsValuesApart() {
        assertThat(load("", ParameterValues.NONE).set().hash())
                .isNotEqualTo(load("", new ParameterValues(set("min_days", "8"), Map.of(), Map.of(), Map.of()))
                        .set()
                        .hash());
    }
}
