package dev.muster.collector.rules;

import static dev.muster.collector.rules.RuleFixture.CATALOGUE;
import static dev.muster.collector.rules.RuleFixture.load;
import static dev.muster.collector.rules.RuleFixture.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.collector.model.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RuleLoaderTest {
    private static final int CHECK_LINE = 6;

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "settings | facts[\"net.ip_foward\"] == 0 | declares no key net.ip_foward; did you mean net.ip_forward?",
                "settings | \"net.qdsic\" in facts | did you mean net.qdisc?",
                "settings | has(facts.limts) | did you mean limits?",
                "settings | facts[\"conf.all.enabledd\"] == 1 | did you mean conf.*.enabled?",
                "settings | facts[\"net.ip_forward\"] == \"0\" | found no matching overload for '_==_' applied to '(int, string)'",
                "settings | \"0640\" == facts[\"net.ip_forward\"] | '(string, int)'",
                "settings | facts[\"conf.a.enabled\"] in [\"1\"] | found no matching overload for '@in'",
                "settings | facts[\"net.qdisc\"] > 3 | found no matching overload for '_>_'",
                "settings | facts[\"limits\"].all(l, l == \"x\") | found no matching overload",
                "settings | modeWithin(facts[\"net.ip_forward\"], \"0640\") | found no matching overload for 'modeWithin'",
                "accounts | host.settings[\"net.ip_forward\"] == \"0\" | found no matching overload",
                "accounts | host.settings[\"net.ip_foward\"] == 0 | settings declares no key net.ip_foward",
                "accounts | facts.min_dayz == 0 | undefined field 'min_dayz'; did you mean min_days?",
                "accounts | facts.users.all(u, u.shel == \"x\") | did you mean shell?",
                "accounts | facts.min_days == \"0\" | found no matching overload",
                "accounts | hasRoll(\"x\") | undeclared reference to 'hasRoll'; did you mean hasRole?",
                "accounts | host.dockr.containers == 1 | undefined field 'dockr'; did you mean docker?",
                "accounts | size(facts.users) | expected type 'bool' but found 'int'",
                "accounts | facts.min_days == | mismatched input",
                "accounts | facts.shells.all(facts, facts == \"x\") | facts cannot be the name of an element",
                "accounts | host == host | host is read as a whole",
            })
    void aConditionThatCannotMeanAnythingIsRefusedWithItsLine(String type, String check, String problem) {
        var result = load(type, yaml("r1", "true", check, "na"));

        assertThat(result.set().rules()).isEmpty();
        assertThat(result.problems()).hasSize(1);
        assertThat(result.problems().getFirst().text()).contains(problem);
        assertThat(result.problems().getFirst().toString()).startsWith("rules.yaml:" + CHECK_LINE + ": r1: check: ");
    }

    @Test
    void theLineWithinABlockIsCounted() {
        String block = yaml("r1", "true", "CHECK", "na")
                .replace("'CHECK'", "|\n    facts[\"net.ip_forward\"] == 0 ||\n    facts[\"net.qdsic\"] == \"fq\"");

        assertThat(load("settings", block).problems()).extracting(Problem::line).containsExactly(CHECK_LINE + 2);
    }

    @Test
    void aBrokenRuleCostsNoOther() {
        String rules = yaml("r1", "true", "facts[\"net.ip_forward\"] == 0", "na")
                + yaml("r2", "true", "facts[\"net.ip_forward\"] == ", "na")
                + yaml("r3", "perhaps", "facts[\"net.ip_forward\"] == 0", "na")
                + yaml("r4", "true", "facts[\"net.ip_forward\"] == 0", "na");

        var result = load("settings", rules);

        assertThat(result.set().rules()).extracting(Rule::id).containsExactly("r1", "r4");
        assertThat(result.problems()).extracting(Problem::rule).containsExactly("r2", "r3");
    }

    @Test
    void anIdIsTakenOnceInAllFiles() {
        String rule = yaml("r1", "true", "true", "na");

        var result = RuleLoader.load(
                CATALOGUE,
                List.of(
                        new RuleSource("a.yaml", Optional.of("settings"), rule),
                        new RuleSource("b.yaml", Optional.of("settings"), rule)),
                RuleLoader.DEFAULT_PROFILES);

        assertThat(result.problems())
                .extracting(Problem::toString)
                .containsExactly(
                        "b.yaml:1: r1: the id is taken: a.yaml:1; to change that rule begin with \"- replace: r1\"");
        assertThat(result.set().rules()).hasSize(1);
    }

    @Test
    void rulesOfOtherProfilesAreCheckedAndLeftOut() {
        String strict = yaml("r1", "true", "true", "na").replace("profile: base", "profile: strict");
        var source = List.of(new RuleSource("a.yaml", Optional.of("settings"), strict));

        assertThat(RuleLoader.load(CATALOGUE, source, Set.of("base")).set().rules())
                .isEmpty();
        assertThat(RuleLoader.load(CATALOGUE, source, Set.of("base", "strict"))
                        .set()
                        .rules())
                .hasSize(1);
        assertThat(load("settings", strict.replace("check: 'true'", "check: 'tru'"))
                        .problems())
                .hasSize(1);
    }

    @Test
    void anAdministratorsFolderNamesTypesByFileOrByRule(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("settings.yaml"), yaml("r1", "true", "\"net.qdisc\" in facts", "na"));
        Files.writeString(
                folder.resolve("ours.yaml"),
                yaml("r2", "true", "facts.min_days > 0", "na") + "  type: accounts\n"
                        + yaml("r3", "true", "true", "na")
                        + yaml("r4", "true", "true", "na") + "  type: acounts\n");
        Files.writeString(folder.resolve("notes.txt"), "not rules");
        Files.createDirectory(folder.resolve("settings.d.yaml"));

        var result = RuleLoader.load(CATALOGUE, RuleSource.folder(folder, CATALOGUE), RuleLoader.DEFAULT_PROFILES);

        assertThat(result.set().rules()).extracting(Rule::type).containsExactly("settings", "accounts");
        assertThat(result.problems())
                .extracting(Problem::text)
                .anySatisfy(text -> assertThat(text).isEqualTo("lacks type, the discovery type that it reads"))
                .anySatisfy(text -> assertThat(text).contains("no discovery type acounts; did you mean accounts?"))
                .hasSize(2);
    }
}
