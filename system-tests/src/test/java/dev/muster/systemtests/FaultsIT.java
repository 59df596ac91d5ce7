package dev.muster.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each fault ends in a clear message or a counter, and nothing is lost. One collector serves all of them. */
final class FaultsIT {
    private static final Duration SOON = Duration.ofSeconds(40);

    @TempDir
    private static Path shared;

    private static CollectorProcess collector;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startCollector() throws IOException {
        collector = new CollectorProcess(shared.resolve("collector"), "settle: 2s\n").start();
    }

    @AfterAll
    static void stopCollector() {
        collector.close();
    }

    @Test
    void anAgentWithAnotherCollectorsKeyIsCountedAndNotAnswered() throws IOException {
        try (var agent = new AgentProcess(folder, List.of())) {
            Path wrong =
                    Files.writeString(folder.resolve("wrong.pub"), "7dvUBa9pZKRUiHtVyyeSXXfhKNPHyXzPGIpx7gIeK34=\n");
            agent.enrol(wrong, "none");
            long before = dropped("bad_mac1");
            agent.start(collector.address(), "--host-name=wrong-key");
            await().atMost(SOON).until(() -> dropped("bad_mac1") > before);
            assertThat(agent.log()).doesNotContain("session-established");
        }
    }

    @Test
    void anAgentWithoutATokenIsPendingAndToldItsFingerprint() throws IOException {
        try (var agent = new AgentProcess(folder, List.of())) {
            agent.enrol(collector.publicKey(), "");
            agent.start(collector.address(), "--host-name=stranger");
            await().atMost(SOON)
                    .until(() -> agent.log().contains("event=pending reason=\"an administrator must approve"));
            assertThat(hosts()).doesNotContain("stranger");
        }
    }

    @Test
    void anAgentWithASpentTokenIsRefusedWithTheReason() throws IOException {
        String token = collector.api().token(1);
        try (var first = new AgentProcess(folder.resolve("1"), List.of());
                var second = new AgentProcess(folder.resolve("2"), List.of())) {
            first.enrol(collector.publicKey(), token);
            first.start(collector.address(), "--host-name=first");
            await().atMost(SOON).until(() -> first.log().contains("event=trusted"));
            second.enrol(collector.publicKey(), token);
            second.start(collector.address(), "--host-name=second");
            await().atMost(SOON).until(() -> second.log().contains("event=refused reason="));
            assertThat(hosts()).contains("first").doesNotContain("second");
        }
    }

    @Test
    void truncatedAndRandomPacketsOnlyMoveCounters() throws IOException {
        var random = new Random(20_261_121);
        String[] address = collector.address().split(":", -1);
        long before = dropped("malformed");
        try (var socket = new DatagramSocket()) {
            for (int i = 0; i < 20_000; i++) {
                byte[] junk = new byte[random.nextInt(1_400)];
                random.nextBytes(junk);
                if (junk.length > 0) {
                    junk[0] = (byte) random.nextInt(8);
                }
                socket.send(new DatagramPacket(
                        junk, junk.length, InetAddress.getByName(address[0]), Integer.parseInt(address[1])));
            }
        }
        await().atMost(SOON).until(() -> dropped("malformed") > before);
        try (var agent = enrolled("after-the-flood")) {
            agent.start(collector.address(), "--host-name=after-the-flood");
            await().atMost(SOON).until(() -> hosts().contains("after-the-flood"));
        }
    }

    @Test
    void scriptsThatFailAreNamedAndTheOthersGoOn() throws IOException {
        Path types = folder.resolve("own");
        script(types, "garbage", "echo 'not json'", "rwxr-xr-x");
        script(types, "hangs", "sleep 1000", "rwxr-xr-x");
        script(types, "floods", "exec cat /dev/zero", "rwxr-xr-x");
        script(types, "unrunnable", "echo '{}'", "rw-r--r--");
        script(types, "anybodys", "echo '{}'", "rwxrwxrwx");
        script(types, "missing", "echo '{}'", "rwxr-xr-x");
        Files.delete(types.resolve("missing/discover"));
        try (var agent = enrolled("scripts")) {
            agent.start(collector.address(), "--host-name=scripts", "--own-types=" + types);
            awaitStatus("garbage", "error");
            awaitStatus("hangs", "timeout");
            awaitStatus("floods", "error");
            awaitStatus("unrunnable", "error");
            awaitStatus("anybodys", "error");
            awaitStatus("missing", "error");
            awaitStatus("os", "ok");
            assertThat(facts("anybodys").path("errors").toString()).contains("writ");
            assertThat(agent.jvm().alive()).isTrue();
        }
    }

    @Test
    void anUnknownConfigurationKeyIsNamed() throws IOException {
        try (var other = new CollectorProcess(folder.resolve("collector"), "setle: 2s\n")) {
            other.launch();
            assertThat(other.jvm().await()).isEqualTo(64);
            assertThat(other.log()).contains("collector.yaml").contains("unknown key setle");
        }
        try (var agent = new AgentProcess(folder.resolve("agent"), List.of())) {
            agent.start("127.0.0.1:1", "--max-script=1");
            assertThat(agent.jvm().await()).isEqualTo(64);
            assertThat(agent.log()).contains("unknown option --max-script; did you mean --max-scripts?");
        }
    }

    @Test
    void aPortInUseIsNamed() throws IOException {
        try (var other = new CollectorProcess(folder.resolve("collector"), "")) {
            other.listen(collector.address());
            other.launch();
            assertThat(other.jvm().await()).isEqualTo(70);
            assertThat(other.log()).contains("cannot listen on UDP");
        }
    }

    @Test
    void aStoreThatAnotherCollectorUsesIsNamedAndUnharmed() throws IOException {
        try (var other = Jvm.start(
                "collector",
                "dev.muster.collector.app.CollectorMain",
                List.of(),
                List.of("-Xmx384m"),
                List.of(
                        "--home",
                        collector.home().toString(),
                        "--allow-root",
                        "--listen",
                        "127.0.0.1:0",
                        "--api",
                        "127.0.0.1:0",
                        "--bolt-port",
                        "0"),
                folder.resolve("second.log"))) {
            assertThat(other.await()).isEqualTo(70);
            assertThat(other.log()).contains(collector.home().resolve("graph").toString());
        }
        assertThat(collector.api().get("status").path("version").asText()).isNotEmpty();
    }

    private AgentProcess enrolled(String name) throws IOException {
        var agent = new AgentProcess(folder.resolve(name), List.of());
        agent.enrol(collector.publicKey(), collector.api().token(1));
        return agent;
    }

    private static void awaitStatus(String type, String status) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(reported()).as("of %s", type).contains(type + " " + status));
    }

    private static List<String> reported() {
        return collector
                .api()
                .query("MATCH (h:Host {name: 'scripts'})-[:REPORTS]->(f:Facts) RETURN f.type, f.status")
                .stream()
                .map(row -> row.path(0).asText() + " " + row.path(1).asText())
                .toList();
    }

    private static JsonNode facts(String type) {
        return collector.api().get("hosts/scripts/facts/" + type);
    }

    private static void script(Path types, String name, String body, String mode) throws IOException {
        Path type = Files.createDirectories(types.resolve(name));
        Path script = Files.writeString(type.resolve("discover"), "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString(mode));
        Files.writeString(type.resolve("discovery.json"), """
                {"version": 1, "lib": [], "types": {"%1$s": {
                  "description": "A test", "schema": 1, "platforms": ["linux"], "runs": "script", "interval_seconds": 60,
                  "timeout_seconds": 3, "needs": [], "parameters": {}, "watch": [], "after": [], "fields": [],
                  "files": [{"path": "%1$s/discover", "mode": "0755"}], "script": "%1$s/discover"}}}
                """.formatted(name));
    }

    private static long dropped(String reason) {
        return collector
                .api()
                .get("status")
                .path("agents")
                .path("dropped_packets")
                .path(reason)
                .asLong();
    }

    private static List<String> hosts() {
        List<String> names = new ArrayList<>();
        collector
                .api()
                .get("hosts")
                .path("hosts")
                .forEach(host -> names.add(host.path("name").asText()));
        return names;
    }
}
