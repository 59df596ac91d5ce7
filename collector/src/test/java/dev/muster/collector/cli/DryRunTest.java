package dev.muster.collector.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.collector.api.ApiConfig;
import dev.muster.collector.api.EventFeed;
import dev.muster.collector.api.FakeGraph;
import dev.muster.collector.api.FakeInputs;
import dev.muster.collector.api.FakeKeyring;
import dev.muster.collector.api.HttpApi;
import dev.muster.collector.api.RunningApi;
import dev.muster.collector.model.FindingCounts;
import dev.muster.collector.model.HostId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a collector where each look at the clock finds a second gone. */
final class DryRunTest {
    private static final int HOSTS = 500;

    @TempDir
    private Path home;

    @Test
    void aFleetThatTakesTooLongIsJudgedInPartAndThatIsTold() throws Exception {
        var graph = FakeGraph.furnished();
        graph.hosts.clear();
        for (int i = 0; i < HOSTS; i++) {
            graph.hosts.add(FakeGraph.host(new HostId(new UUID(7, i)), "web-" + i, "Debian 13", FindingCounts.NONE));
        }
        var looks = new AtomicLong();
        InstantSource clock = () -> FakeGraph.T.plusSeconds(looks.getAndIncrement());
        Path rules = Files.writeString(home.resolve("os.yaml"), """
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
                """);

        Run run;
        var commands = new HttpApi.Commands(
                new FakeInputs(), List::of, new FakeKeyring(), RunningApi.notary(home, graph, RunningApi.RULES));
        try (HttpApi api = HttpApi.start(
                ApiConfig.of(home, "127.0.0.1", 0, "muster.example.org"),
                graph,
                commands,
                RunningApi.RULES,
                new EventFeed(graph),
                List.of(),
                clock,
                new SecureRandom())) {
            assertThat(api.url().getPort()).isPositive();
            run = Run.of(home, "rules", "dry-run", rules.toString());
        }

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).containsPattern("cut off after 45 s: 4[0-9] of 500 hosts were judged");
        assertThat(run.out()).containsPattern("1 rules on 4[0-9] hosts");
    }
}
