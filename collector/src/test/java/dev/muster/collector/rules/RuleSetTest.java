package dev.muster.collector.rules;

import static dev.muster.collector.rules.RuleFixture.TODAY;
import static dev.muster.collector.rules.RuleFixture.load;
import static dev.muster.collector.rules.RuleFixture.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.collector.model.Verdict;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RuleSetTest {
    private static final String RULES = yaml("own", "true", "facts[\"net.ip_forward\"] == 0", "na")
            + yaml("other", "has(host.docker)", "host.accounts.min_days > 0", "na")
            + yaml("family", "osFamily(\"rhel\")", "\"net.qdisc\" in facts", "na")
            + yaml("dated", "true", "daysSince(\"2026-01-01\") < 365", "na")
            + yaml("today", "true", "today < \"2027\"", "na")
            + yaml("undiscovered", "pkg(\"x\")", "true", "na");

    private final RuleSet rules = load("settings", RULES).set();

    @Test
    void aRuleReadsItsOwnTypeAndEveryOtherItNames() {
        assertThat(rules.readTypes("own")).containsExactly("settings");
        assertThat(rules.readTypes("other")).containsExactlyInAnyOrder("settings", "docker", "accounts");
        assertThat(rules.readTypes("family")).containsExactlyInAnyOrder("settings", "os");
        assertThat(rules.readTypes("undiscovered")).containsExactly("settings");
        assertThat(rules.readTypes("nobody")).isEmpty();
        assertThat(rules.types()).containsExactlyInAnyOrder("settings", "docker", "accounts", "os");
    }

    @Test
    void aChangedTypeJudgesTheRulesThatReadIt() {
        var facts = new FakeFacts().ok("settings", "{}");

        assertThat(rules.rulesReading("os")).containsExactly("family");
        assertThat(rules.rulesReading("accounts")).containsExactly("other");
        assertThat(rules.judge(facts, Set.of("os", "docker"), TODAY))
                .extracting(judgement -> judgement.rule().id())
                .containsExactly("family", "other");
        assertThat(rules.judge(facts, Set.of(), TODAY)).isEmpty();
        assertThat(rules.judge(facts, rules.types(), TODAY)).hasSize(6);
    }

    @Test
    void aRuleMayNameAnotherInstanceOfItsType() {
        String named = yaml("named", "true", "facts[\"net.ip_forward\"] == host.settings[\"net.ip_forward\"]", "na")
                + "  instance: guest\n";
        var set = load("settings", named).set();
        var both = new FakeFacts()
                .ok("settings", "{\"net.ip_forward\": 1}")
                .instance("settings", "guest", "{\"net.ip_forward\": 0}");

        var judgement = RuleFixture.judge(set, both);
        assertThat(judgement.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(judgement.instance()).hasToString("settings:guest");
        assertThat(judgement.evidence().reads())
                .extracting(read -> read.path() + " " + read.value())
                .containsExactly("settings:guest[\"net.ip_forward\"] 0", "settings[\"net.ip_forward\"] 1");
        assertThat(set.keys(new FakeFacts())).containsExactly("named:guest");
        assertThat(RuleFixture.judge(set, new FakeFacts().ok("settings", "{\"net.ip_forward\": 1}"))
                        .reason())
                .contains("settings:guest has not been reported yet");
    }

    @Test
    void aNewDayJudgesTheRulesThatReadTheDate() {
        assertThat(rules.rulesReadingToday()).containsExactlyInAnyOrder("dated", "today");
        assertThat(rules.judgeNewDay(new FakeFacts().ok("settings", "{}"), TODAY))
                .hasSize(2);
    }

    @Test
    void theHashTellsRulesApartWhateverTheirOrder() {
        String one = yaml("r1", "true", "true", "na");
        String other = yaml("r2", "true", "true", "na");

        assertThat(load("settings", one + other).set().hash())
                .isEqualTo(load("settings", other + one).set().hash())
                .isNotEqualTo(load("settings", one).set().hash())
                .isNotEqualTo(load("settings", one + other.replace("'true'", "'false'"))
                        .set()
                        .hash())
                .isNotEqualTo(load("settings", one + other.replace("missing: na", "missing: fail"))
                        .set()
                        .hash())
                .hasSize(64);
    }
}
