package dev.muster.collector.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.collector.model.Rule;
import dev.muster.collector.model.Severity;
import dev.muster.collector.model.Verdict;
import dev.muster.collector.rules.Scores.By;
import dev.muster.collector.rules.Scores.Knowledge;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ScoresTest {
    private final Scores scores = new Scores(ScoresTest::rule);

    private static Optional<Rule> rule(String id) {
        Severity severity = id.startsWith("high") ? Severity.HIGH : Severity.LOW;
        String category = id.endsWith("n") ? "networking" : "security";
        return id.equals("gone")
                ? Optional.empty()
                : Optional.of(new Rule(id, "t", "os", category, severity, "c", "w", "f", List.of(), "base"));
    }

    private void add(String host, String rule, Verdict verdict) {
        scores.add(host, rule, verdict, Knowledge.PRESENT);
    }

    private Optional<Double> score(By by, String name) {
        return Optional.ofNullable(scores.tallies(by).get(name)).flatMap(Scores.Tally::score);
    }

    @Test
    void aHighFailureWeighsThreeTimesALowOne() {
        add("web-1", "high-1", Verdict.FAIL);
        add("web-1", "low-1", Verdict.PASS);
        add("web-2", "high-1", Verdict.PASS);
        add("web-2", "low-1", Verdict.FAIL);

        assertThat(score(By.HOST, "web-1")).contains(25.0);
        assertThat(score(By.HOST, "web-2")).contains(75.0);
        assertThat(score(By.RULE, "high-1")).contains(50.0);
        assertThat(scores.all().score()).contains(50.0);
    }

    @Test
    void whatDoesNotApplyAndWhatIsWaivedDoNotCount() {
        add("web-1", "high-1", Verdict.WAIVED);
        add("web-1", "high-2", Verdict.NA);
        add("web-1", "low-1", Verdict.PASS);
        add("web-1", "gone", Verdict.FAIL);

        assertThat(scores.all().score()).contains(100.0);
        assertThat(scores.all().judgedWeight()).isEqualTo(1);
        assertThat(scores.all().count(Verdict.WAIVED)).isEqualTo(1);
    }

    @Test
    void anUnknownVerdictCountsAsTheLastKnownOneAndIsTold() {
        scores.add("web-1", "low-1", Verdict.FAIL, Knowledge.LAST_KNOWN);
        scores.add("web-1", "low-2", Verdict.UNKNOWN, Knowledge.LAST_KNOWN);

        assertThat(scores.all().score()).contains(0.0);
        assertThat(scores.all().unknown()).isEqualTo(2);
    }

    @Test
    void whereNothingIsJudgedThereIsNoScore() {
        add("web-1", "low-1", Verdict.NA);

        assertThat(scores.all().score()).isEmpty();
    }

    @Test
    void aDayIsKeptAsWeights() {
        add("web-1", "high-1n", Verdict.FAIL);
        add("web-1", "low-1", Verdict.PASS);

        assertThat(scores.toJson().toString())
                .isEqualTo(
                        "{\"all\":[3,4],\"host\":{\"web-1\":[3,4]},\"category\":{\"networking\":[3,3],\"security\":[0,1]},"
                                + "\"type\":{\"os\":[3,4]},\"rule\":{\"high-1n\":[3,3],\"low-1\":[0,1]}}");
    }
}
