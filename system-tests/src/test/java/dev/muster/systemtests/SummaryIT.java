package dev.muster.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Silence is proven to mean that nothing changed; an older copy of either side's state ends equal, with no change applied twice. */
@Order(5)
final class SummaryIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String HOST = "web-4";

    @TempDir
    private Path folder;

    @Test
    void bothSidesMayBeSetBackToAnOlderCopy() throws IOException {
        try (var sysctls = Sysctls.files(folder.resolve("root"));
                var collector = new CollectorProcess(folder.resolve("collector"), "settle: 2s\n");
                var agent = new AgentProcess(folder.resolve("agent"), List.of())) {
            sysctls.set("net.ipv4.ip_forward", "0");
            sysctls.set(Sysctls.LOG_MARTIANS, "0");
            collector.start();
            agent.enrol(collector.publicKey(), collector.api().token(1));
            start(agent, collector);
            awaitVerified(collector, "0");
            Instant first = verified(collector);
            await().atMost(SOON).until(() -> verified(collector).isAfter(first));
            assertThat(collector
                            .api()
                            .get("hosts/" + HOST)
                            .at("/reports/0/stale")
                            .asBoolean())
                    .isFalse();
            assertThat(events(collector, "host-state-went-back")).isZero();

            agent.jvm().stop();
            copy(folder.resolve("agent/state"), folder.resolve("older-agent"));
            start(agent, collector);
            change(collector, sysctls, "1");
            change(collector, sysctls, "0");
            int changes = changes(collector);
            agent.jvm().stop();
            replace(folder.resolve("agent/state"), folder.resolve("older-agent"));
            start(agent, collector);
            await().atMost(SOON).until(() -> events(collector, "host-state-went-back") == 1);
            awaitVerifiedAnew(collector, "0");
            assertThat(changes(collector)).as("nothing is applied twice").isEqualTo(changes);

            collector.jvm().stop();
            copy(folder.resolve("collector/graph"), folder.resolve("older-graph"));
            collector.start();
            change(collector, sysctls, "1");
            collector.jvm().stop();
            replace(folder.resolve("collector/graph"), folder.resolve("older-graph"));
            collector.start();
            assertThat(changes(collector)).isEqualTo(changes);
            awaitVerifiedAnew(collector, "1");
            assertThat(changes(collector)).as("the lost change, once").isEqualTo(changes + 1);
            assertThat(agent.log()).contains("event=new-spool", "collector went back");
            assertThat(events(collector, "host-state-went-back")).isEqualTo(1);
        }
    }

    @Test
    void whatIsNoLongerDiscoveredIsGone() throws IOException {
        try (var sysctls = Sysctls.files(folder.resolve("root"));
                var collector = new CollectorProcess(folder.resolve("collector"), "settle: 2s\n");
                var agent = new AgentProcess(folder.resolve("agent"), List.of())) {
            sysctls.set(Sysctls.LOG_MARTIANS, "0");
            collector.start();
            agent.enrol(collector.publicKey(), collector.api().token(1));
            start(agent, collector);
            awaitVerified(collector, "0");
            agent.jvm().stop();
            agent.start(collector.address(), "--host-name=" + HOST, AgentProcess.only("os"), "--digest-seconds=2");
            await().atMost(SOON).until(() -> status(collector, "proc_sys").equals("absent"));
            awaitVerifiedAnew(collector, "");
            start(restarted(agent), collector);
            awaitVerifiedAnew(collector, "0");
            assertThat(status(collector, "proc_sys")).isEqualTo("ok");
            assertThat(status(collector, "os")).isEqualTo("absent");
        }
    }

    private static AgentProcess restarted(AgentProcess agent) {
        agent.jvm().stop();
        return agent;
    }

    private void start(AgentProcess agent, CollectorProcess collector) throws IOException {
        agent.start(
                collector.address(),
                "--root=" + folder.resolve("root"),
                "--host-name=" + HOST,
                AgentProcess.only("proc_sys"),
                "--intervals=proc_sys=1",
                "--digest-seconds=2");
    }

    private static void change(CollectorProcess collector, Sysctls sysctls, String value) {
        sysctls.set(Sysctls.LOG_MARTIANS, value);
        awaitVerifiedAnew(collector, value);
    }

    private static void awaitVerifiedAnew(CollectorProcess collector, String value) {
        await().atMost(SOON).until(() -> value(collector).equals(value));
        Instant before =
                collector.api().get("hosts/" + HOST).path("seen").asText().transform(Instant::parse);
        await().atMost(SOON).until(() -> verified(collector).isAfter(before));
        assertThat(value(collector)).isEqualTo(value);
    }

    private static void awaitVerified(CollectorProcess collector, String value) {
        await().atMost(SOON)
                .until(() -> verified(collector).isAfter(Instant.EPOCH)
                        && value(collector).equals(value));
    }

    private static Instant verified(CollectorProcess collector) {
        JsonNode at = hosts(collector)
                .filter(host -> host.path("name").asText().equals(HOST))
                .findFirst()
                .map(host -> host.path("verified_at"))
                .orElse(MissingNode.getInstance());
        return at.isMissingNode() ? Instant.EPOCH : Instant.parse(at.asText());
    }

    private static Stream<JsonNode> hosts(CollectorProcess collector) {
        return collector.api().get("hosts").path("hosts").valueStream();
    }

    private static String value(CollectorProcess collector) {
        return collector
                .api()
                .get("hosts/" + HOST + "/facts/proc_sys")
                .path("data")
                .path(Sysctls.LOG_MARTIANS)
                .asText();
    }

    private static String status(CollectorProcess collector, String type) {
        return collector
                .api()
                .get("hosts/" + HOST)
                .path("reports")
                .valueStream()
                .filter(report -> report.path("type").asText().equals(type))
                .findFirst()
                .map(report -> report.path("status").asText())
                .orElse("");
    }

    private static int changes(CollectorProcess collector) {
        return collector
                .api()
                .query("MATCH (f:Facts {type: 'proc_sys'}) RETURN f.changes")
                .getFirst()
                .path(0)
                .asInt();
    }

    private static long events(CollectorProcess collector, String type) {
        return collector.api().events().stream()
                .filter(event -> event.path("type").asText().equals(type))
                .count();
    }

    private static void replace(Path folder, Path by) throws IOException {
        Tools.run("rm", "-rf", folder.toString());
        copy(by, folder);
    }

    private static void copy(Path from, Path to) throws IOException {
        assertThat(Files.exists(to)).isFalse();
        Tools.run("cp", "-a", from.toString(), to.toString());
    }
}
