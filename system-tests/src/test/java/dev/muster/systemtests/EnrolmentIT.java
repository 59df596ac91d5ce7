package dev.muster.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** How agents on other hosts find their collector and are let in: namespaces on a bridge, one collector for all tests. */
@ResourceLock(Network.PORT_1984)
final class EnrolmentIT {
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final int PORT = 1984;

    @TempDir
    private static Path shared;

    private static Network network;
    private static CollectorProcess collector;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws IOException {
        Tools.needRootAnd("ip", "tcpdump");
        network = Network.open("muen");
        collector = new CollectorProcess(shared.resolve("collector"), "settle: 2s\n");
        collector.listen("[::]:" + PORT);
        collector.start();
    }

    @AfterAll
    static void stop() {
        if (collector != null) {
            collector.close();
        }
        if (network != null) {
            network.close();
        }
    }

    @Test
    void anAgentThatHasOnlyThePublicKeyFindsTheCollectorWaitsAndIsApproved() throws IOException {
        Network.Host host = network.host();
        Path capture = folder.resolve("capture.txt");
        Process tcpdump = new ProcessBuilder(
                        "tcpdump", "-i", network.device(), "-n", "-v", "-c", "1", "udp and dst host 224.0.2.5")
                .redirectErrorStream(true)
                .redirectOutput(capture.toFile())
                .start();
        try (var agent = new AgentProcess(folder.resolve("agent"), host.prefix())) {
            await().atMost(SOON).until(() -> Files.readString(capture).contains("listening on"));
            agent.enrol(collector.publicKey(), "");
            agent.startSearching("--host-name=found");
            await().atMost(SOON).until(() -> waiting("found").isPresent());
            String fingerprint =
                    waiting("found").orElseThrow().path("fingerprint").asText();
            await().atMost(SOON).until(() -> agent.log().contains("event=pending"));
            assertThat(agent.log()).contains("fingerprint=" + fingerprint, "must approve the key " + fingerprint);
            await().atMost(SOON).until(() -> !tcpdump.isAlive());
            assertThat(Files.readString(capture)).contains("ttl 31", "224.0.2.5." + PORT);
            assertThat(hosts()).doesNotContain("found");

            collector.api().post("agents/" + fingerprint + "/approve", Map.of());
            await().atMost(Duration.ofSeconds(5)).until(() -> reports("found") >= 2);
        } finally {
            tcpdump.destroy();
        }
    }

    @Test
    void aTokenNeedsNoApprovalByWhateverTheCollectorIsCalled() throws IOException {
        Network.Host host = network.host();
        host.hostsFile("127.0.0.1 localhost\n" + network.ipv4() + " collector.example.org\n");
        List<String> addresses = List.of(
                network.ipv4() + ":" + PORT,
                network.ipv6() + ":" + PORT,
                "collector.example.org:" + PORT,
                "collector.example.org");
        List<AgentProcess> agents = new ArrayList<>();
        try {
            for (String address : addresses) {
                String name = "by-" + agents.size();
                var agent = new AgentProcess(folder.resolve(name), host.prefix());
                agents.add(agent);
                agent.enrol(collector.publicKey(), collector.api().token(1));
                agent.start(address, "--host-name=" + name, AgentProcess.only("os"));
                await().atMost(SOON)
                        .untilAsserted(
                                () -> assertThat(reports(name)).as(agent.log()).isPositive());
            }
        } finally {
            agents.forEach(AgentProcess::close);
        }
    }

    @Test
    void ipv6AloneSuffices() throws IOException {
        Network.Host host = network.hostWithIpv6Only();
        try (var agent = new AgentProcess(folder.resolve("agent"), host.prefix())) {
            agent.enrol(collector.publicKey(), collector.api().token(1));
            agent.start(network.ipv6() + ":" + PORT, "--host-name=six", AgentProcess.only("os"));
            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(reports("six")).as(agent.log()).isPositive());
        }
    }

    @Test
    void anAgentOnTheCollectorsHostTakesAnotherPort() throws IOException {
        try (var agent = new AgentProcess(folder.resolve("agent"), List.of())) {
            agent.enrol(collector.publicKey(), collector.api().token(1));
            agent.start("127.0.0.1:" + PORT, "--port=" + PORT, "--host-name=beside", AgentProcess.only("os"));
            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(reports("beside")).as(agent.log()).isPositive());
        }
    }

    @Test
    void collectorAndAgentShareAHostOnTwoOfItsAddresses() throws IOException {
        try (var other = new CollectorProcess(folder.resolve("collector"), "settle: 2s\n");
                var agent = new AgentProcess(folder.resolve("agent"), List.of())) {
            other.listen("127.0.0.1:1985");
            other.start();
            agent.enrol(other.publicKey(), other.api().token(1));
            agent.start("127.0.0.1:1985", "--bind=127.0.0.2:1985", "--host-name=two", AgentProcess.only("os"));
            await().atMost(SOON).until(() -> agent.log().contains("event=trusted"));
            assertThat(agent.log()).contains("event=agent-listening address=/127.0.0.2:1985");
        }
    }

    @Test
    void aRevokedKeyIsHeardNoMoreUntilAnotherIsApprovedForItsHost() throws IOException {
        try (var agent = new AgentProcess(folder.resolve("agent"), List.of())) {
            agent.enrol(collector.publicKey(), collector.api().token(1));
            agent.start("127.0.0.1:" + PORT, "--host-name=turned-away", AgentProcess.only("os"));
            await().atMost(SOON).until(() -> reports("turned-away") > 0);
            collector.api().post("agents/" + key("turned-away", "trusted") + "/revoke", Map.of());
            await().atMost(SOON).until(() -> agent.log().contains("event=refused reason=\"this key was revoked"));
            agent.jvm().stop();

            Files.delete(folder.resolve("agent/state/agent.key"));
            Files.delete(folder.resolve("agent/token"));
            Files.createFile(folder.resolve("agent/token"));
            agent.start("127.0.0.1:" + PORT, "--host-name=turned-away", AgentProcess.only("os"));
            await().atMost(SOON).until(() -> waiting("turned-away").isPresent());
            collector.api().post("agents/" + key("turned-away", "pending") + "/approve", Map.of("as", "turned-away"));
            await().atMost(SOON).until(() -> agent.log().split("event=trusted", -1).length == 3);
            assertThat(hosts()).containsOnlyOnce("turned-away");
        }
    }

    private static String key(String host, String state) {
        return agents().stream()
                .filter(agent -> agent.path("state").asText().equals(state))
                .filter(agent -> agent.path("host_name").asText().equals(host)
                        || agent.path("names").path(0).asText().equals(host))
                .findFirst()
                .orElseThrow()
                .path("fingerprint")
                .asText();
    }

    private static Optional<JsonNode> waiting(String name) {
        return agents().stream()
                .filter(agent -> agent.path("state").asText().equals("pending"))
                .filter(agent -> agent.path("names").path(0).asText().equals(name))
                .findFirst();
    }

    private static List<JsonNode> agents() {
        return collector.api().get("agents").path("agents").valueStream().toList();
    }

    private static List<String> hosts() {
        return collector
                .api()
                .get("hosts")
                .path("hosts")
                .valueStream()
                .map(host -> host.path("name").asText())
                .toList();
    }

    /** How many types of that host are in the graph. */
    private static int reports(String host) {
        return collector
                .api()
                .query("MATCH (:Host {name: '" + host + "'})-[:REPORTS]->(f:Facts) RETURN count(f)")
                .getFirst()
                .path(0)
                .asInt();
    }
}
