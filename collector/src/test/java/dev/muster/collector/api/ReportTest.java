package dev.muster.collector.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.muster.collector.model.Evidence;
import dev.muster.collector.model.Finding;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Rule;
import dev.muster.collector.model.Severity;
import dev.muster.collector.model.Verdict;
import dev.muster.collector.model.Waiver;
import dev.muster.collector.rules.Scores;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ReportTest {
    private static final Rule RULE = new Rule(
            "r1",
            "Nothing <script> \"odd\"",
            "sshd",
            "security",
            Severity.HIGH,
            "facts.a == 'b'",
            "Because\nof that.",
            "=cmd|'/c calc'!A0",
            List.of("CIS 1", "STIG 2"),
            "base");

    private static Report report(String hostName) {
        var evidence = new Evidence(
                List.of(new Evidence.Read("sshd.a", JsonNodeFactory.instance.textNode("<b>\u202e"))),
                RULE.check(),
                List.of("one", "two"),
                25,
                "9f86d0");
        var finding = new Finding(
                FakeGraph.WEB_1, hostName, RULE, InstanceKey.unnamed("sshd"), evidence, FakeGraph.T, Optional.empty());
        var scores = new Scores(id -> Optional.of(RULE));
        scores.add(hostName, "r1", Verdict.FAIL, Scores.Knowledge.PRESENT);
        var waiver = new Waiver(
                "w1",
                "r*",
                new Waiver.Scope(Optional.empty(), Optional.of("web"), Optional.empty()),
                "a lab & more",
                "eve",
                FakeGraph.T,
                FakeGraph.T.plus(Duration.ofDays(3)),
                Optional.empty());
        return new Report(FakeGraph.T, "5feceb", 7, scores, List.of(finding), List.of(waiver));
    }

    @Test
    void theJsonHasEverythingThatTheFindingsHave() {
        JsonNode json = report("web-1").toJson();

        assertThat(json.at("/findings/0/evidence/reads/0/path").asText()).isEqualTo("sshd.a");
        assertThat(json.at("/findings/0/evidence/offending_total").asInt()).isEqualTo(25);
        assertThat(json.at("/waivers/0/owner").asText()).isEqualTo("eve");
        assertThat(json.at("/hosts/0/score").asDouble()).isZero();
        assertThat(json.at("/rule_set").asText()).isEqualTo("5feceb");
    }

    @Test
    void theCsvIsOneRowAFindingAndNoFormula() {
        String csv = report("web-1").toCsv();

        assertThat(csv.split("\r\n", -1)).hasSize(3);
        assertThat(csv)
                .contains("\"web-1\",\"r1\",\"high\",\"security\",\"Nothing <script> \"\"odd\"\"\"")
                .contains("\"'=cmd|'/c calc'!A0\"")
                .contains("\"one\ntwo\nand 23 more\"")
                .contains("\"CIS 1; STIG 2\"");
    }

    @Test
    void thePageNeedsNothingElseAndTakesNothingOfAHostForMarkup() {
        String html = report("web-1<img src=x onerror=alert(1)>").toHtml();

        assertThat(html)
                .contains("web-1&lt;img src=x")
                .contains("Nothing &lt;script&gt; &quot;odd&quot;")
                .contains("&quot;&lt;b&gt;\ufffd&quot;")
                .contains("and 23 more", "CIS 1, STIG 2", "role web", "a lab &amp; more", "9f86d0")
                .doesNotContain("<script", "<img", "http://", "https://", "\u202e");
    }
}
