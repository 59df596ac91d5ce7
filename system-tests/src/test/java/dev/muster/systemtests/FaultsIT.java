package dev.muster.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigInteger;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each fault ends in a clear message or a counter, and nothing is lost. One collector serves all of them. */
@Order(6)
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
            agent.start(collector.address(), "--host-name=wrong-key", AgentProcess.only("os"));
            await().atMost(SOON).until(() -> dropped("bad_mac1") > before);
            assertThat(agent.log()).doesNotContain("session-established");
        }
    }

    @Test
    void anAgentWithoutATokenIsPendingAndToldItsFingerprint() throws IOException {
        try (var agent = new AgentProcess(folder, List.of())) {
            agent.enrol(collector.publicKey(), "");
            agent.start(collector.address(), "--host-name=stranger", AgentProcess.only("os"));
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
            first.start(collector.address(), "--host-name=first", AgentProcess.only("os"));
            await().atMost(SOON).until(() -> first.log().contains("event=trusted"));
            second.enrol(collector.publicKey(), token);
            second.start(collector.address(), "--host-name=second", AgentProcess.only("os"));
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
            agent.start(collector.address(), "--host-name=after-the-flood", AgentProcess.only("os"));
            await().atMost(SOON).until(() -> hosts().contains("after-the-flood"));
        }
    }

    @Test
    void scriptsThatFailAreNamedAndTheOthersGoOn() throws IOException {
        Path types = folder.resolve("own");
        script(types, "garbage", "echo 'not json'", "rwxr-xr-x");
        script(types, "hangs", "sleep 1000", "rwxr-xr-x");
        script(types, "floods", "head -c 1073741824 /dev/zero | tr '\\\\0' x", "rwxr-xr-x");
        script(types, "unrunnable", "echo '{}'", "rw-r--r--");
        script(types, "anybodys", "echo '{}'", "rwxrwxrwx");
        script(types, "missing", "echo '{}'", "rwxr-xr-x");
        Files.delete(types.resolve("missing/discover"));
        try (var agent = enrolled("scripts")) {
            agent.start(collector.address(), "--host-name=scripts", "--own-types=" + types, AgentProcess.only("os"));
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
            assertThat(other.log())
                    .contains("collector.yaml")
                    .contains("line 1: setle: unknown key; did you mean settle?");
        }
        try (var agent = new AgentProcess(folder.resolve("agent"), List.of())) {
            agent.start("127.0.0.1:1", "--max-script=1");
            assertThat(agent.jvm().await()).isEqualTo(64);
            assertThat(agent.log()).contains("unknown option --max-script; did you mean --max-scripts?");
        }
    }

    @Test
    void aFullDiskUnderTheSpoolIsNamedAndNothingIsLost() throws IOException, InterruptedException {
        Tools.needRootAnd("unshare", "nsenter");
        Path home = folder.resolve("agent");
        Path state = Files.createDirectories(home.resolve("state"));
        String mount = "mount -t tmpfs -o size=1m,mode=700 none " + state + " && exec \"$@\"";
        try (var sysctls = Sysctls.files(folder.resolve("root"));
                var agent = new AgentProcess(home, List.of("unshare", "--mount", "sh", "-c", mount, "sh"))) {
            sysctls.set(Sysctls.LOG_MARTIANS, "1");
            agent.enrol(collector.publicKey(), collector.api().token(1));
            agent.start(
                    collector.address(),
                    "--root=" + folder.resolve("root"),
                    "--host-name=full-disk",
                    AgentProcess.only("proc_sys"),
                    "--intervals=proc_sys=1");
            await().atMost(SOON).until(() -> martians("full-disk").equals("1"));
            onAgentsDisk(agent, "head -c 2000000 /dev/zero > " + state.resolve("filler") + " || :");
            // More than the rest of the page that the spool ends in, which is its own on a full disk, too.
            sysctls.set("kernel.core_pattern", new BigInteger(40_000, new Random(20_261_121)).toString(36));
            sysctls.set(Sysctls.LOG_MARTIANS, "0");
            await().atMost(SOON)
                    .until(() ->
                            agent.log().contains("event=spool-refused instance=proc_sys reason=\"cannot write to"));
            assertThat(martians("full-disk")).isEqualTo("1");
            onAgentsDisk(agent, "rm " + state.resolve("filler"));
            await().atMost(SOON).until(() -> martians("full-disk").equals("0"));
        }
    }

    @Test
    void mailsWaitForAServerThatIsDown() throws IOException {
        int port = freePort();
        try (var sysctls = Sysctls.files(folder.resolve("root"));
                var own = new CollectorProcess(folder.resolve("collector"), Mailbox.config(port));
                var agent = new AgentProcess(folder.resolve("agent"), List.of())) {
            own.start();
            sysctls.set(Sysctls.LOG_MARTIANS, "0");
            agent.enrol(own.publicKey(), own.api().token(1));
            agent.start(
                    own.address(),
                    "--root=" + folder.resolve("root"),
                    "--host-name=web-3",
                    AgentProcess.only("proc_sys"));
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(
                                    own.api().get("status").path("mail").toString())
                            .contains("server-failing", "127.0.0.1", String.valueOf(port)));
            own.jvm().kill();
            own.start();
            try (var mailbox = new Mailbox(port)) {
                await().atMost(SOON).until(() -> mailbox.mails().size() == 1);
                assertThat(mailbox.mails().getFirst().subject()).startsWith("[muster] web-3 first report: ");
            }
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
        String api = URI.create(Files.readString(collector.home().resolve("api/api.url"))
                        .strip())
                .getAuthority();
        try (var other = new CollectorProcess(folder.resolve("another"), "")) {
            other.apiAt(api);
            other.launch();
            assertThat(other.jvm().await()).isEqualTo(70);
            assertThat(other.log()).contains("cannot listen on 127.0.0.1 port").contains("for the API");
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

    /** Runs a command where the agent sees its files. */
    private static void onAgentsDisk(AgentProcess agent, String command) throws IOException, InterruptedException {
        String pid = String.valueOf(agent.jvm().pid());
        Process process = new ProcessBuilder("nsenter", "--target", pid, "--mount", "sh", "-c", command)
                .redirectErrorStream(true)
                .start();
        process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).isZero();
    }

    private static String martians(String host) {
        return collector
                .api()
                .query("MATCH (:Host {name: '" + host + "'})-[:REPORTS]->(f:Facts {type: 'proc_sys'}) RETURN f.json")
                .stream()
                .map(row -> row.path(0).asText().replaceAll(".*log_martians\":(\\d).*", "$1"))
                .findFirst()
                .orElse("");
    }

    /** One that nobody has now; a server takes it some seconds later. */
    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
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
