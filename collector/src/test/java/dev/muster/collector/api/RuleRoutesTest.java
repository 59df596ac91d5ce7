package dev.muster.collector.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.muster.collector.graph.GraphReads.StandingVerdict;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Verdict;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RuleRoutesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final FakeGraph GRAPH = FakeGraph.furnished();
    private static final String RULE = "nist_V-38613";

    @TempDir
    private static Path home;

    private static RunningApi api;

    @BeforeAll
    static void start() {
        api = RunningApi.start(home, GRAPH);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void theRulesInForceAreListedAndShown() throws Exception {
        JsonNode rules = RunningApi.json(api.get("/api/v1/rules?type=sshd"));

        assertThat(rules.path("rules").valueStream().map(rule -> rule.path("id").asText()))
                .contains(RULE);
        assertThat(rules.path("problems")).isEmpty();
        JsonNode rule = RunningApi.json(api.get("/api/v1/rules/" + RULE));
        assertThat(rule.path("type").asText()).isEqualTo("sshd");
        assertThat(api.get("/api/v1/rules/nothing").statusCode()).isEqualTo(404);
    }

    @Test
    void aDryRunShowsWhatWouldOpenAndChangesNothing() throws Exception {
        GRAPH.addFacts("os", JsonNodeFactory.instance.objectNode().put("id", "debian"), FactsStatus.OK, List.of());
        String text = """
                - id: try-os
                  title: The system has another name
                  category: security
                  severity: high
                  when: "true"
                  check: facts.id == "plan9"
                  missing: fail
                  why: Because.
                  fix: Do it.
                  profile: base
                - id: try-broken
                """;
        JsonNode answer = RunningApi.json(
                api.post("/api/v1/rules/dry-run", JSON.writeValueAsString(Map.of("name", "os.yaml", "text", text))));

        assertThat(answer.path("rules").asInt()).as("%s", answer).isEqualTo(1);
        assertThat(answer.at("/problems/0").asText()).startsWith("os.yaml:11: try-broken: lacks ");
        assertThat(answer.path("opens")
                        .valueStream()
                        .map(opened -> opened.at("/rule/id").asText()))
                .isNotEmpty()
                .containsOnly("try-os");
        assertThat(api.inputs.last.get()).isEmpty();
    }

    @Test
    void scoresComeWithTheirTrend() throws Exception {
        LocalDate day = LocalDate.parse("2026-11-19");
        GRAPH.scores.put(day, JSON.readTree("{\"all\": [1, 4], \"type\": {\"sshd\": [1, 4]}}"));
        GRAPH.verdicts.add(new StandingVerdict(
                RULE, InstanceKey.unnamed("sshd"), Verdict.PASS, FakeGraph.T, Optional.empty(), Optional.empty()));

        JsonNode scores = RunningApi.json(api.get("/api/v1/scores?by=type"));

        JsonNode sshd = scores.path("scores").path(0);
        assertThat(sshd.path("name").asText()).isEqualTo("sshd");
        assertThat(sshd.path("judged_weight").asInt()).isPositive();
        assertThat(sshd.at("/trend/0/day").asText()).isEqualTo("2026-11-19");
        assertThat(sshd.at("/trend/0/score").asDouble()).isEqualTo(75.0);
        assertThat(scores.at("/all/trend/0/score").asDouble()).isEqualTo(75.0);
        assertThat(api.get("/api/v1/scores?by=colour").statusCode()).isEqualTo(400);
    }
}
