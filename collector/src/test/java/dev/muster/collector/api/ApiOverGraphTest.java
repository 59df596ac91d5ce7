package dev.muster.collector.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.collector.graph.TestGraph;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The API over the real, embedded graph. */
@ResourceLock(TestGraph.LOCK)
class ApiOverGraphTest {
    @TempDir
    static Path home;

    private static TestGraph graph;
    private static RunningApi api;

    @BeforeAll
    static void start() {
        graph = TestGraph.empty();
        api = RunningApi.start(home, graph.graph().reads());
    }

    @AfterAll
    static void stop() {
        api.close();
        graph.close();
    }

    @Test
    void anEmptyGraphAnswersWithEmptyLists() throws Exception {
        assertThat(api.get("/api/v1/hosts").body()).isEqualTo("{\"hosts\":[]}");
        assertThat(api.get("/api/v1/findings").body()).isEqualTo("{\"findings\":[],\"more\":false}");
        assertThat(api.get("/api/v1/events").body()).isEqualTo("{\"events\":[],\"last\":0}");
        assertThat(api.get("/api/v1/hosts/web-1").statusCode()).isEqualTo(404);
        assertThat(RunningApi.json(api.get("/api/v1/status"))
                        .at("/graph/version")
                        .asInt())
                .isPositive();
    }

    @Test
    void queriesRun() throws Exception {
        HttpResponse<String> response = api.post(
                "/api/v1/query",
                "{\"cypher\": \"UNWIND $xs AS x RETURN x, x * 2 AS y\", \"params\": {\"xs\": [1, 2]}}");
        assertThat(response.body()).isEqualTo("{\"columns\":[\"x\",\"y\"],\"rows\":[[1,2],[2,4]]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE (:Host)",
                "MATCH (n) DETACH DELETE n",
                "SHOW USERS",
                "LOAD CSV FROM 'file:///etc/passwd' AS l RETURN l",
                "RETURN"
            })
    void whatDoesNotOnlyReadIsRefusedWithItsReason(String cypher) throws Exception {
        HttpResponse<String> response = api.post("/api/v1/query", "{\"cypher\": \"" + cypher + "\"}");
        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(RunningApi.json(response).path("error").asText()).isEqualTo("query_refused");
        assertThat(RunningApi.json(response).path("message").asText()).isNotBlank();
    }

    @Test
    void aResultThatIsCutSaysSo() throws Exception {
        HttpResponse<String> response =
                api.post("/api/v1/query", "{\"cypher\": \"UNWIND range(1, 100) AS x RETURN x\", \"rows\": 3}");
        assertThat(RunningApi.json(response).path("rows")).hasSize(3);
        assertThat(RunningApi.json(response).path("cut").asText()).isNotBlank();
    }
}
