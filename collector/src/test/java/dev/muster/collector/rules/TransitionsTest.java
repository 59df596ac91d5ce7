package dev.muster.collector.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.node.IntNode;
import dev.muster.collector.model.Evidence;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Judgement;
import dev.muster.collector.model.Rule;
import dev.muster.collector.model.Severity;
import dev.muster.collector.model.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TransitionsTest {
    private static final Instant T1 = Instant.parse("2026-11-21T10:00:00.123Z");
    private static final Instant T2 = T1.plusSeconds(60);
    private static final Instant T3 = T2.plusSeconds(60);
    private static final Set<String> RULES = Set.of("r1", "r2");

    private static Judgement says(Verdict verdict) {
        return says("r1", verdict, 1, "h");
    }

    private static Judgement says(String id, Verdict verdict, int value, String factsHash) {
        var rule = new Rule(id, "t", "settings", "security", Severity.LOW, "c", "w", "f", List.of(), "base");
        var reads = List.of(new Evidence.Read("settings.x", IntNode.valueOf(value)));
        Optional<String> reason =
                verdict == Verdict.UNKNOWN || verdict == Verdict.NA ? Optional.of("reason") : Optional.empty();
        return new Judgement(
                rule,
                InstanceKey.unnamed("settings"),
                verdict,
                reason,
                new Evidence(reads, "c", List.of(), 0, factsHash));
    }

    private static Transitions.Changes after(VerdictMap before, Instant at, Judgement... judged) {
        return Transitions.of(before, List.of(judged), RULES, at);
    }

    /** What becomes of each verdict: o opened, c cleared, w waived, - nothing; and what is remembered. */
    @ParameterizedTest(name = "{0} then {1}: {2}")
    @CsvSource({
        "none, pass, -, pass",
        "none, fail, o, fail",
        "none, na, -, na",
        "none, waived, -, waived",
        "none, unknown, -, unknown",
        "pass, pass, -, pass",
        "pass, fail, o, fail",
        "pass, na, -, na",
        "pass, waived, -, waived",
        "pass, unknown, -, pass",
        "fail, pass, c, pass",
        "fail, fail, -, fail",
        "fail, na, c, na",
        "fail, waived, w, waived",
        "fail, unknown, -, fail",
        "na, pass, -, pass",
        "na, fail, o, fail",
        "na, unknown, -, na",
        "waived, fail, o, fail",
        "waived, pass, -, pass",
        "waived, na, -, na",
        "waived, unknown, -, waived",
        "unknown, fail, o, fail",
        "unknown, pass, -, pass",
        "unknown, unknown, -, unknown",
    })
    void onlyKnownVerdictsAreNews(String before, String now, String news, String remembered) {
        var start = before.equals("none")
                ? VerdictMap.EMPTY
                : after(VerdictMap.EMPTY, T1, says(Verdict.of(before))).verdicts();

        var changes = after(start, T2, says(Verdict.of(now)));

        assertThat(changes.opened()).hasSize(news.equals("o") ? 1 : 0);
        assertThat(changes.cleared()).hasSize(news.equals("c") ? 1 : 0);
        assertThat(changes.waived()).hasSize(news.equals("w") ? 1 : 0);
        assertThat(changes.evidenceChanged()).isEmpty();
        var entry = changes.verdicts().entry("r1").orElseThrow();
        assertThat(entry.verdict()).isEqualTo(Verdict.of(remembered));
        assertThat(entry.since()).isEqualTo(remembered.equals(before) ? T1 : T2);
        assertThat(entry.unknownSince().isPresent()).isEqualTo(now.equals("unknown"));
    }

    @ParameterizedTest
    @CsvSource({"fail, fail, 0", "fail, pass, 1", "pass, fail, 1", "pass, pass, 0"})
    void aStretchOfUnknownDoesNotHideOrInventAChange(String before, String then, int news) {
        var failing = after(VerdictMap.EMPTY, T1, says(Verdict.of(before))).verdicts();
        var unknown = after(failing, T2, says(Verdict.UNKNOWN)).verdicts();
        var still = after(unknown, T3, says(Verdict.UNKNOWN)).verdicts();

        var changes = after(still, T3, says(Verdict.of(then)));

        assertThat(still.entry("r1").orElseThrow().unknownSince()).contains(T2);
        assertThat(still.entry("r1").orElseThrow().since()).isEqualTo(T1);
        assertThat(changes.opened().size() + changes.cleared().size()).isEqualTo(news);
        assertThat(changes.verdicts().entry("r1").orElseThrow().unknownSince()).isEmpty();
    }

    @Test
    void aFailureThatShowsSomethingElseChangesItsEvidenceAndNothingMore() {
        var failing =
                after(VerdictMap.EMPTY, T1, says("r1", Verdict.FAIL, 1, "h1")).verdicts();

        var other = after(failing, T2, says("r1", Verdict.FAIL, 2, "h2"));
        var afterUnknown =
                after(after(failing, T2, says(Verdict.UNKNOWN)).verdicts(), T3, says("r1", Verdict.FAIL, 2, "h2"));

        assertThat(other.evidenceChanged()).hasSize(1);
        assertThat(other.opened()).isEmpty();
        assertThat(other.verdicts().entry("r1").orElseThrow().since()).isEqualTo(T1);
        assertThat(afterUnknown.evidenceChanged()).hasSize(1);
    }

    @Test
    void factsThatTheRuleDoesNotReadChangeNothing() {
        var failing =
                after(VerdictMap.EMPTY, T1, says("r1", Verdict.FAIL, 1, "h1")).verdicts();

        var same = after(failing, T2, says("r1", Verdict.FAIL, 1, "h2"));

        assertThat(same.evidenceChanged()).isEmpty();
        assertThat(same.verdicts()).isEqualTo(failing);
    }

    @Test
    void rulesThatAreGoneAreForgottenInSilence() {
        var before = after(VerdictMap.EMPTY, T1, says("r1", Verdict.FAIL, 1, "h"), says("r2", Verdict.PASS, 1, "h"))
                .verdicts();

        var changes = Transitions.of(before, List.of(), Set.of("r3"), T2);

        assertThat(changes.retired()).containsExactly("r1");
        assertThat(changes.cleared()).isEmpty();
        assertThat(changes.verdicts()).isEqualTo(VerdictMap.EMPTY);
    }

    @Test
    void verdictsThatWereNotJudgedStand() {
        var before =
                after(VerdictMap.EMPTY, T1, says("r1", Verdict.FAIL, 1, "h")).verdicts();

        assertThat(after(before, T2, says("r2", Verdict.PASS, 1, "h"))
                        .verdicts()
                        .entries())
                .containsKeys("r1", "r2")
                .containsAllEntriesOf(before.entries());
    }

    @Test
    void verdictsAreCompactJsonInAStableOrder() {
        var failing = after(
                        VerdictMap.EMPTY,
                        T1.plusNanos(789),
                        says("r2", Verdict.PASS, 1, "h"),
                        says("r1", Verdict.FAIL, 1, "h"))
                .verdicts();
        var mixed = after(failing, T2, says(Verdict.UNKNOWN)).verdicts();
        var na = after(VerdictMap.EMPTY, T1, says(Verdict.NA)).verdicts();

        assertThat(failing.toJson().toString())
                .matches(
                        "\\{\"r1\":\\[\"fail\",1795255200123,null,null,\"[0-9a-f]{16}\"],\"r2\":\\[\"pass\",1795255200123]}");
        assertThat(na.toJson().toString()).isEqualTo("{\"r1\":[\"na\",1795255200123,null,\"reason\"]}");
        assertThat(VerdictMap.of(mixed.toJson())).isEqualTo(mixed);
        assertThat(VerdictMap.of(FakeFacts.json(mixed.toJson().toString()))).isEqualTo(mixed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[]", "{\"r1\": 1}", "{\"r1\": [\"pass\"]}", "{\"r1\": [\"maybe\", 1]}", "{\"r1\": [1, 1]}"})
    void brokenVerdictsAreRefused(String json) {
        assertThatIllegalArgumentException().isThrownBy(() -> VerdictMap.of(FakeFacts.json(json)));
    }
}
