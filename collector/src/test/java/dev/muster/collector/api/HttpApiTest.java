package dev.muster.collector.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.muster.collector.apply.Input;
import dev.muster.collector.graph.GraphReads.QueryResult;
import dev.muster.collector.graph.projection.Projections;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpApiTest {
    private static final FakeGraph GRAPH = FakeGraph.furnished();

    @TempDir
    static Path home;

    private static RunningApi api;

    @BeforeAll
    static void start() {
        api = RunningApi.start(home, GRAPH);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @BeforeEach
    void roomAgain() {
        api.inputs.full = false;
    }

    @Test
    void changesSayWhatEachValueWasAndIs() throws Exception {
        JsonNode answer =
                RunningApi.json(api.get("/api/v1/changes?host=web-1&type=packages&since=2026-11-20T00:00:00Z"));
        JsonNode change = answer.path("changes").path(0);
        assertThat(change.path("host_name").asText()).isEqualTo("web-1");
        assertThat(change.path("changed").path(0))
                .hasToString("{\"path\":\"/data/deb/openssl::amd64\",\"before\":\"3.0.11-1\",\"after\":\"3.0.15-1\"}");
        assertThat(change.path("changed").path(1).has("before")).isFalse();
        assertThat(change.path("changed_total").asInt()).isEqualTo(5);
        assertThat(answer.path("more").asBoolean(true)).isFalse();
        assertThat(GRAPH.lastChangeFilter.orElseThrow().since()).isEqualTo(Instant.parse("2026-11-20T00:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/changes?limit=1001",
                "/api/v1/changes?since=yesterday",
                "/api/v1/findings?as-of=1h&state=closed"
            })
    void wrongQuestionsAboutThePastAreRefused(String path) throws Exception {
        assertThat(api.get(path).statusCode()).isEqualTo(400);
    }

    @Test
    void aQueryTakesVersionsAsTheKeysThatPackagesAreOrderedBy() throws Exception {
        GRAPH.answer = cypher -> new QueryResult(List.of("v"), List.of(), Optional.empty());
        JsonNode answer = RunningApi.json(
                api.post("/api/v1/query", "{\"cypher\": \"RETURN $v\", \"versions\": {\"v\": \"deb:1:1.0-1\"}}"));
        assertThat(answer.has("columns")).isTrue();
        assertThat(GRAPH.lastParameters)
                .containsEntry("v", Projections.sortKey("deb", "1:1.0-1").orElseThrow());
        for (String wrong : List.of("1.0", "pip:1.0", ":", "")) {
            String body = "{\"cypher\": \"RETURN $v\", \"versions\": {\"v\": \"" + wrong + "\"}}";
            assertThat(api.post("/api/v1/query", body).statusCode()).isEqualTo(400);
        }
    }

    @Test
    void findingsAreToldAsOfThen() throws Exception {
        assertThat(api.get("/api/v1/findings?as-of=2026-11-20T12:00:00Z").statusCode())
                .isEqualTo(200);
        assertThat(GRAPH.lastAsOf).contains(Instant.parse("2026-11-20T12:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/hosts", "/api/v1/status", "/api/v1/nothing", "/", "/api/v1/events"})
    void withoutATokenNothingIsAnswered(String path) throws Exception {
        HttpResponse<String> response = api.send(api.unauthorized(path).build());
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        assertThat(RunningApi.json(response).path("error").asText()).isEqualTo("unauthorized");
        assertThat(RunningApi.json(response).path("hint").asText()).contains("api.token");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "Bearer wrong", "Basic dXNlcjpwYXNz", "Bearer", "wrong"})
    void aWrongTokenIsRefused(String header) throws Exception {
        HttpResponse<String> response = api.send(api.unauthorized("/api/v1/hosts")
                .header("Authorization", header)
                .build());
        assertThat(response.statusCode()).isEqualTo(401);
    }

    @Test
    void listsHosts() throws Exception {
        HttpResponse<String> response = api.get("/api/v1/hosts");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("application/json");
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        JsonNode first = RunningApi.json(response).at("/hosts/0");
        assertThat(first.path("name").asText()).isEqualTo("web-1");
        assertThat(first.path("seen").asText()).isEqualTo("2026-11-20T14:02:11Z");
        assertThat(first.at("/findings/high").asInt()).isEqualTo(1);
        assertThat(first.at("/findings/total").asInt()).isEqualTo(5);
    }

    @Test
    void oneHostComesWithItsReportsAndVerdictsByNameOrId() throws Exception {
        JsonNode host = RunningApi.json(api.get("/api/v1/hosts/" + FakeGraph.WEB_1));
        assertThat(host).isEqualTo(RunningApi.json(api.get("/api/v1/hosts/web-1")));
        assertThat(host.at("/reports/0/type").asText()).isEqualTo("os");
        assertThat(host.at("/verdicts/0/verdict").asText()).isEqualTo("fail");
        assertThat(host.at("/verdicts/0").has("unknown_since")).isFalse();
        assertThat(host.at("/verdicts/1/reason").asText()).isEqualTo("there is no sshd here");
    }

    @Test
    void anUnknownHostIsNamedInTheRefusal() throws Exception {
        HttpResponse<String> response = api.get("/api/v1/hosts/web%20%0a9");
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(RunningApi.json(response).path("message").asText()).isEqualTo("There is no host \"web \n9\".");
    }

    @Test
    void theNearestHostIsNamedWithAnUnknownOne() throws Exception {
        HttpResponse<String> response = api.get("/api/v1/hosts/web1");
        assertThat(RunningApi.json(response).path("hint").asText()).startsWith("Did you mean web-1? \"muster hosts\"");
    }

    @Test
    void factsThatWereNeverReportedNameThoseThatWere() throws Exception {
        HttpResponse<String> response = api.get("/api/v1/hosts/web-1/facts/sshd");
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(RunningApi.json(response).path("hint").asText()).isEqualTo("It reports: os.");
    }

    @ParameterizedTest
    @CsvSource({"2026-11-20T14:05:00Z,2026-11-20T14:05:00Z", "30s,2026-11-20T14:02:41Z"})
    void factsOfThePastAreAskedByTimeOrBySpan(String asOf, Instant expected) throws Exception {
        HttpResponse<String> response = api.get("/api/v1/hosts/web-1/facts/os?as-of=" + asOf);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(RunningApi.json(response).at("/data/version").asText()).isEqualTo("13");
        assertThat(GRAPH.lastAsOf).contains(expected);
    }

    @Test
    void factsBeforeTheFirstReportAreNotFound() throws Exception {
        assertThat(api.get("/api/v1/hosts/web-1/facts/os?as-of=2d").statusCode())
                .isEqualTo(404);
    }

    @Test
    void findingsAreInSnakeCaseAndSayWhetherThereAreMore() throws Exception {
        JsonNode all = RunningApi.json(api.get("/api/v1/findings"));
        assertThat(all.path("findings")).hasSize(2);
        assertThat(all.path("more").asBoolean()).isFalse();
        JsonNode one = RunningApi.json(api.get("/api/v1/findings?limit=1"));
        assertThat(one.path("findings")).hasSize(1);
        assertThat(one.path("more").asBoolean()).isTrue();
        assertThat(one.at("/findings/0/host_name").asText()).isEqualTo("db-primary");
        assertThat(one.at("/findings/0/evidence/facts_hash").asText()).isEqualTo("9f86d0");
        assertThat(one.toString()).doesNotContain("hostName").doesNotContain("offendingTotal");
    }

    @Test
    void findingsAreFilteredByHostSeverityAndState() throws Exception {
        assertThat(RunningApi.json(api.get("/api/v1/findings?host=web-1&severity=high"))
                        .path("findings"))
                .hasSize(1);
        assertThat(RunningApi.json(api.get("/api/v1/findings?state=closed")).path("findings"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/findings?severity=terrible",
                "/api/v1/findings?state=half",
                "/api/v1/findings?limit=0",
                "/api/v1/findings?limit=5001",
                "/api/v1/findings?limit=many",
                "/api/v1/events?after=-1",
                "/api/v1/events?after=99999999999999999999",
                "/api/v1/hosts/web-1/facts/os?as-of=yesterday",
                "/api/v1/hosts/web-1/facts/os?as-of=%2B999999999-01-01T00:00:00Z",
                "/api/v1/hosts/web-1/facts/os?as-of=-999999999-01-01T00:00:00Z"
            })
    void aWrongParameterIsNamed(String path) throws Exception {
        HttpResponse<String> response = api.get(path);
        assertThat(response.statusCode()).isEqualTo(400);
        String name = path.replaceAll(".*\\?|=.*", "");
        assertThat(RunningApi.json(response).path("message").asText()).contains(" " + name + " ");
    }

    @Test
    void eventsGoOnAfterTheLastOneSeen() throws Exception {
        JsonNode newest = RunningApi.json(api.get("/api/v1/events?limit=1"));
        assertThat(newest.at("/events/0/seq").asLong()).isEqualTo(2);
        assertThat(newest.at("/events/0/type").asText()).isEqualTo("finding-opened");
        assertThat(newest.path("last").asLong()).isEqualTo(2);
        JsonNode fromStart = RunningApi.json(api.get("/api/v1/events?after=0&limit=1"));
        assertThat(fromStart.path("last").asLong()).isEqualTo(1);
        assertThat(RunningApi.json(api.get("/api/v1/events?after=7"))
                        .path("last")
                        .asLong())
                .isEqualTo(7);
    }

    @Test
    void queriesCarryTheirParametersAsPlainValues() throws Exception {
        GRAPH.answer = cypher -> new QueryResult(
                List.of("n"), List.of(List.of(JsonNodeFactory.instance.numberNode(7))), Optional.of("too many rows"));
        HttpResponse<String> response = api.post("/api/v1/query", """
                {"cypher": "RETURN 7 AS n", "params": {"a": "x", "b": 2, "c": 1.5, "d": true, "e": [1, {"f": "g"}]}, "rows": 5, "seconds": 2}
                """);
        assertThat(response.body()).isEqualTo("{\"columns\":[\"n\"],\"rows\":[[7]],\"cut\":\"too many rows\"}");
        assertThat(GRAPH.lastParameters)
                .isEqualTo(Map.of("a", "x", "b", 2L, "c", 1.5, "d", true, "e", List.of(1L, Map.of("f", "g"))));
        assertThat(GRAPH.lastLimits.rows()).isEqualTo(5);
        assertThat(GRAPH.lastLimits.time()).isEqualTo(Duration.ofSeconds(2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"cypher\": 1}",
                "{\"cypher\": \" \"}",
                "{\"cypher\": \"RETURN 1\", \"params\": []}",
                "{\"cypher\": \"RETURN 1\", \"params\": {\"a\": null}}",
                "{\"cypher\": \"RETURN 1\", \"params\": {\"a\": 123456789012345678901234567890}}",
                "{\"cypher\": \"RETURN 1\", \"rows\": 10001}",
                "{\"cypher\": \"RETURN 1\", \"rows\": \"5 or more\"}",
                "{\"cypher\": \"RETURN 1\", \"seconds\": 0}",
                "{\"cypher\": \"RETURN 1\", \"parameters\": {}}",
                "{\"cypher\": \"RETURN 1\""
            })
    void aQueryThatIsWronglyWrittenIsRefused(String body) throws Exception {
        HttpResponse<String> response = api.post("/api/v1/query", body);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(RunningApi.json(response).path("error").asText()).isEqualTo("bad_request");
    }

    @Test
    void parametersNestedTooDeeplyAreRefused() throws Exception {
        String deep = "[".repeat(900) + "]".repeat(900);
        HttpResponse<String> response =
                api.post("/api/v1/query", "{\"cypher\": \"RETURN $a\", \"params\": {\"a\": " + deep + "}}");
        assertThat(response.statusCode()).isEqualTo(400);
    }

    @Test
    void aFaultIsToldWithoutItsInsides() throws Exception {
        GRAPH.answer = cypher -> {
            throw new IllegalStateException("secret insides");
        };
        HttpResponse<String> response = api.post("/api/v1/query", "{\"cypher\": \"RETURN 1\"}");
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).contains("\"failed\"").doesNotContain("insides");
    }

    @Test
    void enrolmentTokensCarryUsesAndExpiry() throws Exception {
        HttpResponse<String> response = api.post("/api/v1/enrol-tokens", "{\"uses\": 3, \"expires\": \"2h\"}");
        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.body())
                .isEqualTo("{\"token\":\"tok-123\",\"uses\":3,\"expires\":\"2026-11-20T16:03:11Z\"}");
        assertThat(api.inputs.last.get()).contains(new Input.CreateToken(3, Instant.parse("2026-11-20T16:03:11Z")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"uses\": 0}",
                "{\"uses\": 10001}",
                "{\"expires\": \"366d\"}",
                "{\"expires\": \"0s\"}",
                "{\"expires\": \"2020-01-01T00:00:00Z\"}",
                "{\"expires\": \"soon\"}"
            })
    void anEnrolmentTokenOutsideItsBoundsIsRefused(String body) throws Exception {
        assertThat(api.post("/api/v1/enrol-tokens", body).statusCode()).isEqualTo(400);
    }

    @Test
    void aCollectorThatIsBehindSaysSo() throws Exception {
        api.inputs.full = true;
        HttpResponse<String> response = api.post("/api/v1/enrol-tokens", "{}");
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(RunningApi.json(response).path("error").asText()).isEqualTo("unavailable");
    }

    @Test
    void statusTellsTheFingerprintOfTheCertificateAndEachPart() throws Exception {
        JsonNode status = RunningApi.json(api.get("/api/v1/status"));
        assertThat(status.at("/api/url").asText()).isEqualTo(api.api.url().toString());
        assertThat(status.at("/api/certificate_sha256").asText())
                .isEqualTo(api.api.certificateFingerprint())
                .matches("([0-9A-F]{2}:){31}[0-9A-F]{2}");
        assertThat(status.at("/graph/last_event").asLong()).isEqualTo(2);
        assertThat(status.at("/mail/to").asText()).isEqualTo("ops@example.org");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/api/v1/nothing,404,not_found",
        "GET,/,404,not_found",
        "POST,/api/v1/hosts,405,method_not_allowed",
        "DELETE,/api/v1/hosts/web-1,405,method_not_allowed",
        "GET,/api/v1/query,405,method_not_allowed",
        "GET,/api/v1/hosts/%2e%2e%2fx,404,not_found",
        "GET,/api/v1/hosts/a%00b,400,bad_request"
    })
    void whatIsNotThereIsRefusedInTheSameForm(String method, String path, int status, String error) throws Exception {
        HttpResponse<String> response = api.send(api.request(path)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build());
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(RunningApi.json(response).path("error").asText()).isEqualTo(error);
    }

    @Test
    void aTooLongUrlIsRefused() throws Exception {
        HttpResponse<String> response = api.get("/api/v1/hosts/" + "x".repeat(9000));
        assertThat(response.statusCode()).isIn(414, 431);
        assertThat(RunningApi.json(response).path("error").asText()).isEqualTo("too_large");
    }

    @Test
    void aTooLargeBodyIsRefusedWhetherItSaysItsLengthOrNot() throws Exception {
        byte[] large = new byte[300 << 10];
        HttpRequest.BodyPublisher chunked =
                HttpRequest.BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(large));
        for (HttpRequest.BodyPublisher body : List.of(HttpRequest.BodyPublishers.ofByteArray(large), chunked)) {
            HttpResponse<String> response =
                    api.send(api.request("/api/v1/query").POST(body).build());
            assertThat(response.statusCode()).isEqualTo(413);
        }
    }

    @Test
    void filesHaveTheModesThatWerePromised() throws Exception {
        Map<String, String> modes = Map.of(
                "api.token", "rw-r-----",
                "api.p12", "rw-------",
                "api.p12.password", "rw-------",
                "api.crt", "rw-r--r--",
                "api.url", "rw-r--r--");
        for (Map.Entry<String, String> mode : modes.entrySet()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve(mode.getKey()))))
                    .as(mode.getKey())
                    .isEqualTo(mode.getValue());
        }
        try (var files = Files.list(home)) {
            assertThat(files).hasSize(modes.size());
        }
    }

    @Test
    void aPortThatIsTakenIsNamed(@TempDir Path other) {
        int taken = api.api.url().getPort();
        assertThatThrownBy(() -> RunningApi.start(other, GRAPH, taken, Duration.ofSeconds(5)))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("port " + taken)
                .hasMessageContaining("another collector");
    }
}
