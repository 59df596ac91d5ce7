package dev.muster.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys of both sides change while they work, and copies of a machine are told from a machine. */
final class KeysIT {
    private static final Duration SOON = Duration.ofSeconds(90);

    @TempDir
    private Path folder;

    @Test
    void agentAndCollectorChangeTheirKeysAndNobodyIsLockedOut() throws IOException {
        try (var collector = new CollectorProcess(folder.resolve("collector"), "settle: 2s\n");
                var agent = new AgentProcess(folder.resolve("agent"), List.of())) {
            collector.start();
            agent.enrol(collector.publicKey(), collector.api().token(1));
            start(agent, collector, "web-5");
            await().atMost(SOON).until(() -> agent.log().contains("event=trusted"));
            String first = fingerprints(collector).getFirst();
            assertThat(agent.run("ping", collector.address()))
                    .contains("answers", "version      1", "trusted, as " + first);
            String spare = collector.api().get("keys").path("spare").asText();
            assertThat(agent.run("keys")).contains("this agent   " + first, spare + "  named by ");

            String next = agent.run("keys", "rotate");
            agent.jvm().kill();
            start(agent, collector, "web-5");
            await().atMost(SOON)
                    .until(() -> fingerprints(collector).size() == 1
                            && !fingerprints(collector).getFirst().equals(first));
            assertThat(next).contains(fingerprints(collector).getFirst());
            assertThat(collector.api().get("hosts").path("hosts")).hasSize(1);
            assertThat(agent.run("ping", collector.address())).contains("trusted, as ");

            assertThat(collector.api().get("status").at("/keys/reminder").asText())
                    .contains("muster keys export-spare FILE");
            String secret =
                    collector.api().post("keys/spare", Map.of()).path("secret").asText();
            collector.api().post("keys/spare/exported", Map.of("fingerprint", spare));
            assertThat(collector.api().get("status").at("/keys/reminder").isMissingNode())
                    .isTrue();
            assertThat(collector.home().resolve("keys/spare.key")).doesNotExist();
            collector.api().post("keys/rotate", Map.of("secret", secret, "old", "discard"));
            collector.jvm().stop();
            collector.start();
            assertThat(collector.api().get("keys").path("current").asText()).isEqualTo(spare);
            await().atMost(SOON).until(() -> agent.log().contains("event=collector-key-retired"));
            assertThat(agent.run("ping", collector.address())).contains("its key      " + spare);
            collector.jvm().stop();
            assertThat(agent.run("ping", collector.address())).contains("port closed");
        }
    }

    @Test
    void copiesOfAMachineAreShutOutAndTheMailSaysWhatToDo() throws IOException {
        try (var collector = new CollectorProcess(folder.resolve("collector"), "settle: 2s\n");
                var one = new AgentProcess(folder.resolve("one"), List.of());
                var two = new AgentProcess(folder.resolve("two"), List.of())) {
            collector.start();
            one.enrol(collector.publicKey(), collector.api().token(1));
            start(one, collector, "web-6");
            await().atMost(SOON).until(() -> one.log().contains("event=trusted"));
            one.jvm().stop();
            Tools.run("cp", "-a", folder.resolve("one") + "/.", folder.resolve("two") + "/");
            start(one, collector, "web-6");
            start(two, collector, "web-6");
            await().atMost(Duration.ofMinutes(3)).until(() -> !events(collector).isEmpty());
            JsonNode clone = events(collector).getFirst();
            assertThat(clone.path("summary").asText()).contains("127.0.0.1 and 127.0.0.1 use one key");
            assertThat(clone.at("/detail/whatToDo").asText()).contains("remove state/agent.key", "--as web-6");
            await().atMost(SOON)
                    .until(() ->
                            one.log().contains("event=refused") && two.log().contains("event=refused"));
            assertThat(fingerprints(collector)).isEmpty();

            one.jvm().stop();
            Files.delete(folder.resolve("one/state/agent.key"));
            start(one, collector, "web-6");
            await().atMost(SOON).until(() -> fingerprints(collector).size() == 1);
            collector.api().post("agents/" + fingerprints(collector).getFirst() + "/approve", Map.of("as", "web-6"));
            await().atMost(SOON).until(() -> one.log().split("event=trusted", -1).length >= 3);
            assertThat(events(collector)).hasSize(1);
        }
    }

    private static void start(AgentProcess agent, CollectorProcess collector, String name) throws IOException {
        agent.start(
                collector.address(),
                "--host-name=" + name,
                AgentProcess.only("os"),
                "--intervals=os=1",
                "--digest-seconds=2");
    }

    private static List<String> fingerprints(CollectorProcess collector) {
        return collector
                .api()
                .get("agents")
                .path("agents")
                .valueStream()
                .map(agent -> agent.path("fingerprint").asText())
                .toList();
    }

    private static List<JsonNode> events(CollectorProcess collector) {
        return collector.api().events().stream()
                .filter(event -> event.path("type").asText().equals("host-clone"))
                .toList();
    }
}
