package dev.muster.collector.rules;

import static dev.muster.collector.rules.RuleFixture.judge;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.muster.collector.model.Evidence;
import dev.muster.collector.model.Verdict;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EvidenceTest {
    private static final FakeFacts ACCOUNTS = new FakeFacts().ok("accounts", """
            {"min_days": 0, "shells": ["/bin/sh", "/bin/evil"], "groups": {"wheel": 3, "lp": 0}, "users": [
              {"name": "root", "uid": 0, "shell": "/bin/sh", "note": "hush"},
              {"name": "toor", "uid": 0, "note": "hush"},
              {"name": "ann", "uid": 1000, "note": "hush"}]}
            """);

    private static Evidence evidence(String check) {
        var judgement = judge("accounts", check, ACCOUNTS);
        assertThat(judgement.verdict()).as(judgement.toString()).isEqualTo(Verdict.FAIL);
        return judgement.evidence();
    }

    @Test
    void everyFactOfTheConditionIsShownInItsOrder() {
        var facts = new FakeFacts().ok("settings", "{\"net.ip_forward\": 1}").ok("docker", "{\"containers\": 0}");

        var evidence = judge(
                        "settings",
                        "facts[\"net.ip_forward\"] == 0 || host.docker.containers > 0 || \"net.qdisc\" in facts",
                        facts)
                .evidence();

        assertThat(evidence.reads())
                .extracting(Evidence.Read::path)
                .containsExactly("settings[\"net.ip_forward\"]", "docker.containers", "settings[\"net.qdisc\"]");
        assertThat(evidence.reads().get(0).value().longValue()).isEqualTo(1);
        assertThat(evidence.reads().get(2).value().isMissingNode()).isTrue();
        assertThat(evidence.wanted()).contains("net.qdisc");
        assertThat(evidence.factsHash()).matches("[0-9a-f]{64}");
    }

    @Test
    void theHashOfOneTypesFactsIsTheirOwn() {
        assertThat(evidence("facts.min_days > 0").factsHash()).startsWith("hash of accounts");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "facts.users.all(u, u.uid != 0 || u.name == \"root\")",
                "!facts.users.exists(u, u.uid == 0 && u.name != \"root\")",
                "facts.users.filter(u, u.uid == 0 && u.name != \"root\").size() == 0",
                "size(facts.users.filter(u, u.uid == 0 && u.name != \"root\")) == 0",
                "facts.min_days == 0 && !(facts.users.exists(u, u.name == \"toor\"))",
                "facts.users.filter(u, u.uid == 0).all(u, u.name == \"root\")"
            })
    void offendersOfEachQuantifierAreShown(String check) {
        var evidence = evidence(check);

        assertThat(evidence.offendingTotal()).isEqualTo(1);
        assertThat(evidence.offending()).hasSize(1);
    }

    @Test
    void anOffenderIsShownWithoutItsSecrets() {
        assertThat(evidence("facts.users.all(u, u.name != \"toor\")").offending())
                .containsExactly("{\"name\":\"toor\",\"uid\":0,\"note\":\"(secret)\"}");
        assertThat(evidence("facts.users.map(u, u.note).all(n, n != \"hush\")").offending())
                .containsOnly("(secret)")
                .hasSize(3);
    }

    @Test
    void offendersOfAMapAreShownWithTheirKeys() {
        assertThat(evidence("facts.groups.all(g, facts.groups[g] > 0)").offending())
                .containsExactly("lp: 0");
    }

    @Test
    void aQuantifierThatOnlyAnElementMoreCouldSaveHasNoOffenders() {
        assertThat(evidence("facts.users.exists(u, u.name == \"nobody\")").offendingTotal())
                .isZero();
    }

    @Test
    void twentyOffendersAreShownAndAllAreCounted() {
        String many = IntStream.range(0, 500).mapToObj(i -> "\"s" + i + "\"").collect(Collectors.joining(","));
        var facts = new FakeFacts().ok("accounts", "{\"shells\": [" + many + "]}");

        var evidence =
                judge("accounts", "facts.shells.all(s, s == \"s0\")", facts).evidence();

        assertThat(evidence.offendingTotal()).isEqualTo(499);
        assertThat(evidence.offending()).hasSize(Evidence.MAX_OFFENDING).startsWith("s1", "s2");
        assertThat(evidence.reads().getFirst().value()).isEqualTo(TextNode.valueOf("500 elements"));
    }

    @Test
    void filesAreShownByTheirPathsAndThoseThatOffendWithTheirAttributes() {
        var facts = new FakeFacts()
                .ok(
                        "fileattrs",
                        "{\"/etc/cron.*\": null, \"/etc/cron.d\": {\"owner\": \"root\", \"octal\": \"0755\"},"
                                + " \"/etc/cron.daily\": {\"owner\": \"eve\", \"octal\": \"0777\"}}");

        var evidence = judge("fileattrs", "files(\"/etc/cron.*\").all(f, f.owner == \"root\")", facts)
                .evidence();

        assertThat(evidence.reads()).singleElement().satisfies(read -> {
            assertThat(read.path()).isEqualTo("files(\"/etc/cron.*\")");
            assertThat(read.value().toString()).isEqualTo("[\"/etc/cron.d\",\"/etc/cron.daily\"]");
        });
        assertThat(evidence.offending()).containsExactly("/etc/cron.daily: {\"owner\":\"eve\",\"octal\":\"0777\"}");
        assertThat(evidence.offendingTotal()).isEqualTo(1);
    }

    @Test
    void secretFactsAreMasked() {
        var facts = new FakeFacts().ok("settings", "{\"token\": \"hush\"}");

        var judgement = judge("settings", "facts[\"token\"] == \"x\"", facts);

        assertThat(judgement.toString()).doesNotContain("hush").contains("(secret)");
    }
}
