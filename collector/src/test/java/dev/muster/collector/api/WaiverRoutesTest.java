package dev.muster.collector.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.apply.Input;
import dev.muster.collector.apply.Outcome;
import dev.muster.collector.model.Marks;
import dev.muster.collector.model.Waiver;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WaiverRoutesTest {
    private static final Waiver WAIVER = new Waiver(
            "w7",
            "nist_V-38613",
            new Waiver.Scope(Optional.of("web-*"), Optional.empty(), Optional.of("team=shop")),
            "a lab machine",
            "eve",
            FakeGraph.T,
            FakeGraph.T.plus(Duration.ofDays(90)),
            Optional.empty());

    @TempDir
    private Path home;

    private final FakeGraph graph = FakeGraph.furnished();
    private RunningApi api;

    @BeforeEach
    void start() {
        api = RunningApi.start(home, graph);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void aWaiverIsAskedForAsItWasSent() throws Exception {
        api.inputs.outcome = new Outcome.Waived.Done(WAIVER);
        HttpResponse<String> response = api.post(
                "/api/v1/waivers",
                "{\"rule\": \"nist_V-38613\", \"host\": \"web-*\", \"label\": \"team=shop\", \"reason\": \"a lab machine\","
                        + " \"owner\": \"eve\", \"until\": \"90d\"}");

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(RunningApi.json(response).path("id").asText()).isEqualTo("w7");
        var asked = (Input.Waive) api.inputs.last.get().orElseThrow();
        assertThat(asked.scope()).isEqualTo(WAIVER.scope());
        assertThat(asked.until()).isEqualTo(FakeGraph.T.plusSeconds(60).plus(Duration.ofDays(90)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"reason", "owner", "until", "rule"})
    void whatIsMissingIsNamed(String missing) throws Exception {
        String body = "{\"rule\": \"r1\", \"host\": \"a\", \"reason\": \"b\", \"owner\": \"c\", \"until\": \"1d\"}"
                .replaceFirst("(\"" + missing + "\": \")[^\"]*", "$1 ");
        HttpResponse<String> response = api.post("/api/v1/waivers", body);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(RunningApi.json(response).path("message").asText()).contains("\"" + missing + "\"");
        assertThat(api.inputs.last.get()).isEmpty();
    }

    @Test
    void aRefusalSaysWhy() throws Exception {
        api.inputs.outcome = new Outcome.Waived.Refused("no waiver w9 is in force");
        HttpResponse<String> response = api.post("/api/v1/waivers/w9/end", "{\"by\": \"bob\"}");

        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(RunningApi.json(response).path("message").asText()).contains("no waiver w9 is in force");
    }

    @Test
    void thoseThatEndedAreListedWhereSomebodyAsks() throws Exception {
        graph.waivers.add(WAIVER);
        graph.waivers.add(WAIVER.end(FakeGraph.T, "expired"));

        JsonNode inForce = RunningApi.json(api.get("/api/v1/waivers")).path("waivers");
        JsonNode any = RunningApi.json(api.get("/api/v1/waivers?state=any")).path("waivers");

        assertThat(inForce).hasSize(1);
        assertThat(inForce.path(0).has("ended")).isFalse();
        assertThat(any).hasSize(2);
        assertThat(any.path(1).path("how").asText()).isEqualTo("expired");
    }

    @Test
    void hostsAreMarkedAndShowIt() throws Exception {
        graph.marks.put(FakeGraph.WEB_1, new Marks(Set.of("web"), Set.of("team=shop")));
        api.inputs.outcome = new Outcome.Command.Done(FakeGraph.WEB_1, "web-1");

        HttpResponse<String> response = api.post(
                "/api/v1/hosts/web-1/marks", "{\"roles\": {\"add\": [\"web\"]}, \"labels\": {\"remove\": [\"old\"]}}");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(api.inputs.last.get())
                .contains(new Input.Mark(
                        FakeGraph.WEB_1,
                        new Input.Mark.Change(List.of("web"), List.of()),
                        new Input.Mark.Change(List.of(), List.of("old"))));
        JsonNode host = RunningApi.json(api.get("/api/v1/hosts/web-1"));
        assertThat(host.path("roles").toString() + host.path("labels")).isEqualTo("[\"web\"][\"team=shop\"]");
        assertThat(api.post("/api/v1/hosts/web-1/marks", "{\"roles\": [\"web\"]}")
                        .statusCode())
                .isEqualTo(400);
    }
}
