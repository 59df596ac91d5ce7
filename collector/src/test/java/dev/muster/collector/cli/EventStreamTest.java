package dev.muster.collector.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.collector.api.FakeGraph;
import dev.muster.collector.api.RunningApi;
import dev.muster.collector.model.CommitListener.OutboxChange;
import dev.muster.collector.model.EventType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code muster events --follow} against the real API, which is stopped and started again below it. */
class EventStreamTest {
    @TempDir
    Path home;

    private final FakeGraph graph = new FakeGraph();

    /** A pipe whose reader goes away after so many lines, as {@code head} does. */
    private static final class Pipe extends ByteArrayOutputStream {
        private final int mostLines;

        Pipe(int mostLines) {
            this.mostLines = mostLines;
        }

        @Override
        public void flush() throws IOException {
            if (lines().size() >= mostLines) {
                throw new IOException("Broken pipe");
            }
        }

        List<String> lines() {
            return toString(StandardCharsets.UTF_8).lines().toList();
        }
    }

    @Test
    void showsEachEventOnceThroughARestartOfTheCollector() throws Exception {
        AtomicReference<RunningApi> api = new AtomicReference<>(RunningApi.start(home, graph));
        int port = api.get().api.url().getPort();
        graph.addEvent(EventType.HOST_NEW, "web-1", "one");
        graph.addEvent(EventType.HOST_UP, "web-1", "two");
        Pipe out = new Pipe(5);
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        AtomicInteger pauses = new AtomicInteger();
        // The first attempt to come back finds nobody, the second one the collector with an event more.
        Session.Pause pause = seconds -> {
            if (pauses.incrementAndGet() == 2) {
                graph.addEvent(EventType.HOST_UP, "web-1", "four");
                api.set(RunningApi.start(home, graph, port, Duration.ofSeconds(10)));
            }
        };
        CompletableFuture<Integer> exit = follow(out, err, pause);
        await().until(() -> out.lines().size() == 3);

        api.get().feed.committed(List.of(graph.addEvent(EventType.HOST_UP, "web-1", "three")), OutboxChange.UNCHANGED);
        await().until(() -> out.lines().size() == 4);
        api.get().close();

        assertThat(exit.get()).isZero();
        assertThat(out.lines().stream().skip(1).map(line -> line.replaceAll(".* ", "")))
                .containsExactly("one", "two", "three", "four");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("""
                muster: the connection to the collector is lost; trying again until it is back
                muster: connected again
                """);
        api.get().close();
    }

    @Test
    void beginsAfterTheNumberThatWasAskedFor() throws Exception {
        for (String summary : List.of("one", "two", "three")) {
            graph.addEvent(EventType.HOST_UP, "web-1", summary);
        }
        try (RunningApi api = RunningApi.start(home, graph)) {
            assertThat(api.home).isEqualTo(home);
            Pipe out = new Pipe(2);
            int exit = follow(out, new ByteArrayOutputStream(), seconds -> {}, "--after", "2")
                    .get();
            assertThat(exit).isZero();
            assertThat(out.lines().get(1)).endsWith("three");
        }
    }

    @Test
    void jsonIsOneEventALine() throws Exception {
        graph.addEvent(EventType.HOST_UP, "web-1", "\u001b[31mred");
        try (RunningApi api = RunningApi.start(home, graph)) {
            assertThat(api.home).isEqualTo(home);
            Pipe out = new Pipe(1);
            follow(out, new ByteArrayOutputStream(), seconds -> {}, "--json").get();
            assertThat(out.lines()).hasSize(1);
            assertThat(ApiClient.JSON
                            .readTree(out.lines().getFirst())
                            .path("summary")
                            .asText())
                    .isEqualTo("\u001b[31mred");
            assertThat(out.lines().getFirst()).doesNotContain("\u001b");
        }
    }

    @Test
    void aFirstConnectionThatFailsIsToldAtOnce() throws Exception {
        RunningApi.start(home, graph).close();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = follow(new Pipe(1), err, seconds -> {
                    throw new AssertionError("it must not wait");
                })
                .get();
        assertThat(exit).isEqualTo(69);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("muster: cannot reach the collector");
    }

    private CompletableFuture<Integer> follow(
            Pipe out, ByteArrayOutputStream err, Session.Pause pause, String... more) {
        Screen screen = Run.screen(out, err, OptionalInt.empty(), Screen.Colours.OFF);
        String[] arguments = new String[more.length + 2];
        arguments[0] = "events";
        arguments[1] = "--follow";
        System.arraycopy(more, 0, arguments, 2, more.length);
        CompletableFuture<Integer> exit = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> exit.complete(
                        Muster.run(arguments, Map.of("MUSTER_API_HOME", home.toString()), screen, pause)));
        return exit.orTimeout(30, java.util.concurrent.TimeUnit.SECONDS);
    }
}
