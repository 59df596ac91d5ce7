package dev.muster.collector.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.collector.model.CommitListener.OutboxChange;
import dev.muster.collector.model.EventType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFeedTest {
    /** Streams must outlive this; long enough that a busy machine does not end them. */
    private static final Duration IDLE = Duration.ofMillis(4_500);

    @TempDir
    static Path home;

    private final FakeGraph graph = new FakeGraph();
    private RunningApi api;

    @BeforeEach
    void start() {
        api = RunningApi.start(home, graph, 0, IDLE);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private HttpRequest.Builder stream(String query) throws IOException {
        return api.request("/api/v1/events" + query).header("Accept", "text/event-stream");
    }

    private static BufferedReader lines(HttpResponse<InputStream> response) {
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    private static List<String> ids(BufferedReader lines, int count) throws IOException {
        List<String> ids = new ArrayList<>();
        while (ids.size() < count) {
            String line = lines.readLine();
            if (line.startsWith("id: ")) {
                ids.add(line.substring(4));
            }
        }
        return ids;
    }

    private void commit(String summary) {
        api.feed.committed(List.of(graph.addEvent(EventType.HOST_UP, "web-1", summary)), OutboxChange.UNCHANGED);
    }

    @Test
    void goesOnWithWhatIsCommitted() throws Exception {
        commit("one");
        HttpResponse<InputStream> response = api.open(stream("?after=0").build());
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
        try (BufferedReader lines = lines(response)) {
            assertThat(ids(lines, 1)).containsExactly("1");
            commit("two");
            commit("three");
            assertThat(ids(lines, 2)).containsExactly("2", "3");
        }
    }

    @Test
    void beginsAfterTheLastIdThenAfterThenLimitThenNow() throws Exception {
        for (int i = 0; i < 5; i++) {
            commit("event");
        }
        try (BufferedReader lines = lines(
                api.open(stream("?after=1&limit=2").header("Last-Event-ID", "4").build()))) {
            assertThat(ids(lines, 1)).containsExactly("5");
        }
        try (BufferedReader lines = lines(api.open(stream("?limit=2").build()))) {
            assertThat(ids(lines, 2)).containsExactly("4", "5");
        }
        try (BufferedReader lines = lines(api.open(stream("").build()))) {
            assertThat(lines.readLine()).isEqualTo(": muster");
            commit("new");
            assertThat(ids(lines, 1)).containsExactly("6");
        }
    }

    @Test
    void sendsMoreThanABatch() throws Exception {
        for (int i = 0; i < 250; i++) {
            graph.addEvent(EventType.HOST_UP, "web-1", "event");
        }
        try (BufferedReader lines = lines(api.open(stream("?after=0").build()))) {
            assertThat(ids(lines, 250)).hasSize(250).doesNotHaveDuplicates().endsWith("250");
        }
    }

    @Test
    void aSilentStreamStaysOpenWithComments() throws Exception {
        try (BufferedReader lines = lines(api.open(stream("").build()))) {
            int comments = 0;
            // Five keep-alives are more than one idle timeout.
            while (comments < 5) {
                comments += lines.readLine().equals(": alive") ? 1 : 0;
            }
            commit("one");
            assertThat(ids(lines, 1)).containsExactly("1");
        }
    }

    @Test
    void aWrongLastEventIdIsRefused() throws Exception {
        HttpResponse<String> response =
                api.send(stream("").header("Last-Event-ID", "x; DROP").build());
        assertThat(response.statusCode()).isEqualTo(400);
    }

    @Test
    void theSixtyFifthStreamIsRefusedUntilOneEnds() throws Exception {
        List<InputStream> open = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            open.add(api.open(stream("").build()).body());
        }
        assertThat(status()).isEqualTo(429);
        for (InputStream stream : open.subList(0, 8)) {
            stream.close();
        }
        // A client that is gone is noticed when the next comment cannot be sent.
        await().untilAsserted(() -> assertThat(status()).isEqualTo(200));
        for (InputStream stream : open) {
            stream.close();
        }
    }

    private int status() throws Exception {
        HttpResponse<InputStream> response = api.open(stream("").build());
        response.body().close();
        return response.statusCode();
    }

    @Test
    void streamsEndWhenTheCollectorStops() throws Exception {
        try (BufferedReader lines = lines(api.open(stream("").build()))) {
            assertThat(lines.readLine()).isEqualTo(": muster");
            api.close();
            await().until(() -> endOf(lines));
        }
    }

    private static boolean endOf(BufferedReader lines) {
        try {
            return lines.readLine() == null;
        } catch (IOException reset) {
            return true;
        }
    }
}
