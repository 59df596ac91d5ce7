package dev.muster.collector.rules;

import static dev.muster.collector.rules.RuleFixture.TODAY;
import static dev.muster.collector.rules.RuleFixture.rule;
import static dev.muster.collector.rules.RuleFixture.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.muster.collector.model.Evidence;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.Judgement;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class VerdictMemoTest {
    private static final String CHECK = "facts[\"net.ip_forward\"] == 0";

    private static FakeFacts forward(int value) {
        return new FakeFacts().ok("settings", "{\"net.ip_forward\": " + value + "}");
    }

    private static List<Judgement> judge(RuleSet rules, FakeFacts host) {
        return rules.judge(host, rules.types(), TODAY);
    }

    @Test
    void aHostLikeAnotherIsNotJudgedAgain() {
        var rules = rule("settings", "true", CHECK, "na");

        var first = judge(rules, forward(1));
        var alike = judge(rules, forward(1));
        var other = judge(rules, forward(0));

        assertThat(alike).isEqualTo(first);
        assertThat(other.getFirst().verdict()).isNotEqualTo(first.getFirst().verdict());
        assertThat(rules.memo()).isEqualTo(new MemoCounters(1, 2, 2));
    }

    @Test
    void whatARuleDoesNotReadMakesNoDifference() {
        var rules = rule("settings", "true", CHECK, "na");

        judge(rules, forward(1));
        judge(rules, forward(1).role("router").ok("os", "{\"family\": \"rhel\"}"));

        assertThat(rules.memo().hits()).isEqualTo(1);
    }

    @Test
    void everythingThatARuleReadsMakesOne() {
        var rules = rule("settings", "!hasRole(\"router\")", "osFamily(\"rhel\") && today > \"2026\"", "na");
        var facts = forward(1).ok("os", "{\"family\": \"rhel\"}");

        judge(rules, facts);
        rules.judge(facts, rules.types(), LocalDate.of(2026, 11, 22));
        judge(rules, forward(1).ok("os", "{\"family\": \"suse\"}"));
        judge(rules, forward(1));
        judge(rules, facts.role("router"));

        assertThat(rules.memo()).isEqualTo(new MemoCounters(0, 5, 5));
    }

    @Test
    void parametersOfAnotherHostMakeOne() {
        String declared = """
                - param: wanted
                  type: int
                  default: 0
                  meaning: what it should be
                """;
        var values = new ParameterValues(
                Map.of(), Map.of("router", Map.of("wanted", FakeFacts.json("1"))), Map.of(), Map.of());
        var rules = RuleLoader.load(
                        RuleFixture.CATALOGUE,
                        List.of(new RuleSource(
                                "rules.yaml",
                                Optional.of("settings"),
                                declared + yaml("r1", "true", "facts[\"net.ip_forward\"] == param.wanted", "na"))),
                        RuleLoader.DEFAULT_PROFILES,
                        values)
                .set();

        var host = judge(rules, forward(1)).getFirst().verdict();
        var router = judge(rules, forward(1).role("router")).getFirst().verdict();

        assertThat(router).isNotEqualTo(host);
    }

    @Test
    void whatFailedIsToldWithItsOwnErrorEachTime() {
        var rules = rule("settings", "true", CHECK, "na");

        var one = judge(rules, new FakeFacts().status("settings", FactsStatus.ERROR, "disk"));
        var other = judge(rules, new FakeFacts().status("settings", FactsStatus.ERROR, "memory"));

        assertThat(one.getFirst().reason().orElseThrow()).contains("disk");
        assertThat(other.getFirst().reason().orElseThrow()).contains("memory");
        assertThat(rules.memo()).isEqualTo(new MemoCounters(0, 0, 0));
    }

    @Test
    void whatWasNotAskedForLongestIsForgottenFirst() {
        var memo = new VerdictMemo(800);
        var judgement = judge(rule("settings", "true", CHECK, "na"), forward(1)).getFirst();

        memo.put(key("a"), judgement);
        memo.put(key("b"), judgement);
        assertThat(memo.get(key("a"))).contains(judgement);
        memo.put(key("c"), judgement);

        assertThat(memo.get(key("a"))).contains(judgement);
        assertThat(memo.get(key("b"))).isEmpty();
        assertThat(memo.counters().kept()).isEqualTo(2);
    }

    @Test
    void aVerdictThatIsTooHeavyIsNotKept() {
        var memo = new VerdictMemo(1_000);
        var small = judge(rule("settings", "true", CHECK, "na"), forward(1)).getFirst();
        var reads = List.of(new Evidence.Read("x", TextNode.valueOf("x".repeat(1_000))));
        var heavy = new Judgement(
                small.rule(),
                small.instance(),
                small.verdict(),
                small.reason(),
                new Evidence(reads, "", List.of(), 0, ""));

        memo.put(key("heavy"), heavy);
        memo.put(key("small"), small);

        assertThat(memo.get(key("heavy"))).isEmpty();
        assertThat(memo.get(key("small"))).contains(small);
    }

    private static VerdictMemo.Key key(String input) {
        return new VerdictMemo.Key("rule", List.of(input));
    }
}
