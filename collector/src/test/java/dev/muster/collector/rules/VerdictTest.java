package dev.muster.collector.rules;

import static dev.muster.collector.rules.RuleFixture.judge;
import static dev.muster.collector.rules.RuleFixture.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.Judgement;
import dev.muster.collector.model.Verdict;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class VerdictTest {
    private static final String FORWARD_IS_OFF = "facts[\"net.ip_forward\"] == 0";

    private static FakeFacts forward(int value) {
        return new FakeFacts().ok("settings", "{\"net.ip_forward\": " + value + "}");
    }

    private static FakeFacts partly(List<String> denied, List<String> truncated) {
        return new FakeFacts().partial("settings", "{\"net.ip_forward\": 0, \"net.qdisc\": \"fq\"}", denied, truncated);
    }

    static Stream<Arguments> verdicts() {
        var none = List.<String>of();
        return Stream.of(
                row("holds", "true", FORWARD_IS_OFF, "na", forward(0), Verdict.PASS, ""),
                row("does not hold", "true", FORWARD_IS_OFF, "na", forward(1), Verdict.FAIL, ""),
                row(
                        "denied",
                        "true",
                        FORWARD_IS_OFF,
                        "fail",
                        status(FactsStatus.DENIED),
                        Verdict.UNKNOWN,
                        "with denied: why"),
                row(
                        "never reported",
                        "true",
                        FORWARD_IS_OFF,
                        "fail",
                        new FakeFacts(),
                        Verdict.UNKNOWN,
                        "not been reported"),
                row(
                        "impaired goes before when",
                        "false",
                        FORWARD_IS_OFF,
                        "fail",
                        status(FactsStatus.DENIED),
                        Verdict.UNKNOWN,
                        "denied"),
                row(
                        "absent goes before when",
                        "containerHost()",
                        FORWARD_IS_OFF,
                        "fail",
                        status(FactsStatus.ABSENT),
                        Verdict.NA,
                        "absent"),
                row(
                        "partial names what holds it",
                        "true",
                        FORWARD_IS_OFF,
                        "fail",
                        partly(List.of("net"), none),
                        Verdict.UNKNOWN,
                        "denied"),
                row(
                        "partial names something in what is read whole",
                        "true",
                        "!facts.exists(k, k == \"x\")",
                        "fail",
                        partly(List.of("other"), none),
                        Verdict.UNKNOWN,
                        "denied"),
                row(
                        "partial names what when reads",
                        "facts[\"net.qdisc\"] == \"fq\"",
                        FORWARD_IS_OFF,
                        "fail",
                        partly(List.of("net.qdisc"), none),
                        Verdict.UNKNOWN,
                        "denied"),
                row(
                        "partial names another",
                        "true",
                        FORWARD_IS_OFF,
                        "fail",
                        partly(List.of("net.ip"), List.of("net.ip_forward_more")),
                        Verdict.PASS,
                        ""),
                row(
                        "missing, but the other side decides",
                        "true",
                        "facts[\"conf.a.enabled\"] == 1 || " + FORWARD_IS_OFF,
                        "na",
                        forward(0),
                        Verdict.PASS,
                        ""),
                row(
                        "a path not looked for yet, in when",
                        SHADOW_IS_ROOTS,
                        FORWARD_IS_OFF,
                        "fail",
                        files("{}"),
                        Verdict.UNKNOWN,
                        "/etc/shadow has not been looked for yet"),
                row(
                        "a path not looked for yet goes before when",
                        "false",
                        SHADOW_IS_ROOTS,
                        "fail",
                        files("{}"),
                        Verdict.UNKNOWN,
                        "/etc/shadow has not been looked for yet"),
                row(
                        "a path where nothing is, fail",
                        "true",
                        SHADOW_IS_ROOTS,
                        "fail",
                        files("{\"/etc/shadow\": null}"),
                        Verdict.FAIL,
                        "/etc/shadow is not there"),
                row(
                        "a path where nothing is, pass",
                        "true",
                        SHADOW_IS_ROOTS,
                        "pass",
                        files("{\"/etc/shadow\": null}"),
                        Verdict.PASS,
                        "/etc/shadow is not there"),
                row(
                        "a path that is there",
                        "true",
                        SHADOW_IS_ROOTS,
                        "fail",
                        files("{\"/etc/shadow\": {\"owner\": \"eve\"}}"),
                        Verdict.FAIL,
                        ""),
                row(
                        "a path that was denied",
                        "true",
                        SHADOW_IS_ROOTS,
                        "fail",
                        forward(0).partial("fileattrs", "{\"/etc/shadow\": {}}", List.of("/etc/shadow"), none),
                        Verdict.UNKNOWN,
                        "denied"),
                row(
                        "a folder above a path was cut off",
                        "true",
                        SHADOW_IS_ROOTS,
                        "fail",
                        forward(0).partial("fileattrs", "{\"/etc/shadow\": {}}", none, List.of("/etc")),
                        Verdict.UNKNOWN,
                        "truncated"),
                row(
                        "fileattrs absent",
                        "true",
                        SHADOW_IS_ROOTS,
                        "fail",
                        forward(0).status("fileattrs", FactsStatus.ABSENT),
                        Verdict.NA,
                        "fileattrs is absent"),
                row(
                        "when true",
                        "hasRole(\"router\")",
                        FORWARD_IS_OFF,
                        "fail",
                        forward(1).role("router"),
                        Verdict.FAIL,
                        ""),
                row(
                        "when unanswered",
                        "!hasRole(\"router\") && !containerHost()",
                        FORWARD_IS_OFF,
                        "fail",
                        forward(1),
                        Verdict.UNKNOWN,
                        "services, which is not discovered"),
                row(
                        "when decided without the answer",
                        "!hasRole(\"router\") && !containerHost()",
                        FORWARD_IS_OFF,
                        "fail",
                        forward(1).role("router"),
                        Verdict.NA,
                        "applies only"),
                row(
                        "check unanswered",
                        "true",
                        "pkg(\"x\")",
                        "fail",
                        forward(1),
                        Verdict.UNKNOWN,
                        "packages, which is not discovered"),
                row(
                        "unanswered goes before missing",
                        "true",
                        "facts[\"conf.a.enabled\"] == 1 || pkg(\"x\")",
                        "na",
                        forward(1),
                        Verdict.UNKNOWN,
                        "packages"),
                row(
                        "a value of another type than declared",
                        "true",
                        FORWARD_IS_OFF,
                        "fail",
                        new FakeFacts().ok("settings", "{\"net.ip_forward\": \"0\"}"),
                        Verdict.UNKNOWN,
                        "rule fault: settings[\"net.ip_forward\"] is not int"),
                row(
                        "comprehension within bounds",
                        "true",
                        "facts[\"limits\"].all(a, facts[\"limits\"].all(b, a + b >= 0))",
                        "fail",
                        limits(100),
                        Verdict.PASS,
                        ""));
    }

    private static final String SHADOW_IS_ROOTS = "host.fileattrs['/etc/shadow'].owner == 'root'";

    private static FakeFacts status(FactsStatus status) {
        return new FakeFacts().status("settings", status, "why");
    }

    private static FakeFacts files(String data) {
        return forward(0).ok("fileattrs", data);
    }

    private static FakeFacts limits(int count) {
        return new FakeFacts().ok("settings", "{\"limits\": [" + "1,".repeat(count - 1) + "1]}");
    }

    private static Arguments row(
            String name, String when, String check, String missing, FakeFacts facts, Verdict verdict, String reason) {
        return arguments(name, when, check, missing, facts, verdict, reason);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("verdicts")
    void verdictAndReasonAre(
            String name, String when, String check, String missing, FakeFacts facts, Verdict verdict, String reason) {
        var judgement = judge(rule("settings", when, check, missing), facts);

        assertThat(judgement.verdict()).as(judgement.toString()).isEqualTo(verdict);
        assertThat(judgement.reason().orElse("")).contains(reason);
        assertThat(judgement.reason().isEmpty()).isEqualTo(reason.isEmpty());
        assertThat(RuleSet.isFault(judgement)).isEqualTo(reason.startsWith("rule fault"));
    }

    /** The last day of a term, and the first one after it; the commit's day in UTC is what counts. */
    @ParameterizedTest
    @CsvSource({"2026-11-20, pass", "2026-11-21, pass", "2026-11-22, fail"})
    void aTermEndsWithItsDay(String today, String verdict) {
        var set = rule("accounts", "true", "daysSince(facts.changed) <= 90 && facts.changed <= today", "na");
        var facts = new FakeFacts().ok("accounts", "{\"changed\": \"2026-08-23\"}");

        var judged = set.judgeNewDay(facts, LocalDate.parse(today));

        assertThat(judged).singleElement().extracting(Judgement::verdict).isEqualTo(Verdict.of(verdict));
    }

    @Test
    void anotherTypeIsReadAndItsStateCounts() {
        String check = "facts[\"net.ip_forward\"] == 1 && host.docker.containers > 0";

        assertThat(judge("settings", check, forward(1).ok("docker", "{\"containers\": 2}"))
                        .verdict())
                .isEqualTo(Verdict.PASS);
        assertThat(judge("settings", check, forward(1)).verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(judge("settings", check, forward(1).status("docker", FactsStatus.ABSENT))
                        .verdict())
                .isEqualTo(Verdict.NA);
        assertThat(judge("settings", check, forward(1).status("docker", FactsStatus.TIMEOUT))
                        .verdict())
                .isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void aRuleThatAsksForAnAbsentTypeStillApplies() {
        String check = "has(host.docker) || facts[\"net.ip_forward\"] == 0";

        assertThat(judge("settings", check, forward(1).status("docker", FactsStatus.ABSENT))
                        .verdict())
                .isEqualTo(Verdict.FAIL);
        assertThat(judge("settings", check, forward(1).ok("docker", "{\"containers\": 0}"))
                        .verdict())
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void aNumberWrittenAsFractionIsStillAnInt() {
        var facts = new FakeFacts().ok("accounts", "{\"groups\": {\"a\": 1.0}, \"users\": []}");

        assertThat(judge("accounts", "facts.groups[\"a\"] == 1", facts).verdict())
                .isEqualTo(Verdict.PASS);
        assertThat(CelValues.of(FakeFacts.json("1.0"))).isEqualTo(1L);
        assertThat(CelValues.of(FakeFacts.json("1.5"))).isEqualTo(1.5);
        assertThat(CelValues.of(FakeFacts.json("9223372036854775807"))).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void reasonsFromHostsStayOnOneShortLine() {
        var facts = new FakeFacts().status("settings", FactsStatus.ERROR, "a\n\u001b[31mb" + "x".repeat(1_000));

        assertThat(judge("settings", FORWARD_IS_OFF, facts).reason().orElseThrow())
                .hasSize(OneLine.MAX_CHARS)
                .doesNotContain("\n", "\u001b");
    }

    @Test
    void aValueThatIsNotOfItsTypeDeepInsideIsAFault() {
        var facts = new FakeFacts().ok("accounts", "{\"users\": [{\"name\": \"a\", \"uid\": \"0\"}]}");

        var judgement = judge("accounts", "facts.users.all(u, u.uid != 0)", facts);

        assertThat(judgement.verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(RuleSet.isFault(judgement)).isTrue();
    }
}
