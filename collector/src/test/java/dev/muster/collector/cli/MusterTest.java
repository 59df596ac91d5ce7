package dev.muster.collector.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.collector.api.FakeGraph;
import dev.muster.collector.api.RunningApi;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command against the real API over a graph that is held still, so that the whole output can be compared. */
class MusterTest {
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

    @Test
    void hostsAreATable() {
        Run run = Run.of(home, "hosts");
        assertThat(run).isEqualTo(new Run(0, """
                HOST        STATUS   FOR       SEEN  HIGH  MEDIUM  LOW  SYSTEM                         AGENT
                web-1       up      2 d  1 min ago     1       0    4  Debian GNU/Linux 13 (trixie)   0.1.0
                """, ""));
    }
}
