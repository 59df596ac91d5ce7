package dev.muster.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.systemtests.Mailbox.Mail;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The collector is killed again and again while a host changes; in the end nothing is missing and nothing is there twice. */
@Order(1)
final class CollectorKilledIT {
    /** Each costs about ten seconds; another number with -Dmuster.kills=N. */
    private static final int KILLS = Integer.getInteger("muster.kills", System.getenv("CI") == null ? 6 : 30);

    /** After its start for every other kill, after the agent came back to it for the rest. */
    private static final int MAX_LIFE_MILLIS = 8_000;

    private static final int MAX_PAUSE_MILLIS = 2_000;

    @TempDir
    private Path folder;

    /** What the agent found: each value of the parameter, in order. */
    private final List<String> truth = new ArrayList<>();

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = 20_261_121)
    void nothingIsLostAndNothingIsAppliedOrMailedTwice(long seed) throws Exception {
        var random = new Random(seed);
        try (var mailbox = new Mailbox();
                var sysctls = Sysctls.files(folder.resolve("root"));
                var collector = new CollectorProcess(folder.resolve("collector"), mailbox.config());
                var agent = new AgentProcess(folder.resolve("agent"), List.of())) {
            sysctls.set("net.ipv4.ip_forward", "0");
            change(sysctls, "0");
            collector.start();
            agent.enrol(collector.publicKey(), collector.api().token(1));
            agent.start(
                    collector.address(),
                    "--root=" + folder.resolve("root"),
                    "--host-name=web-3",
                    AgentProcess.only("proc_sys"),
                    "--intervals=proc_sys=1");
            var changes = Thread.ofPlatform().start(() -> changeUntilInterrupted(sysctls, agent, new Random(seed)));
            awaitFirstReport(collector);
            for (int i = 0; i < KILLS; i++) {
                if (i % 2 == 0) {
                    collector.awaitReady();
                    awaitMore(collector);
                }
                LockSupport.parkNanos(
                        Duration.ofMillis(random.nextInt(MAX_LIFE_MILLIS)).toNanos());
                collector.jvm().kill();
                collector.launch();
            }
            collector.awaitReady();
            changes.interrupt();
            changes.join();
            compare(collector, mailbox, agent);
        }
    }

    private static void awaitFirstReport(CollectorProcess collector) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> collector.api().events().stream()
                        .anyMatch(event -> event.path("type").asText().equals("first-report")));
    }

    /** Until it took more from the agent than before: the life that ends next is one in which something happens. */
    private static void awaitMore(CollectorProcess collector) {
        int before = applied(collector);
        await().atMost(Duration.ofMinutes(1)).until(() -> applied(collector) > before);
    }

    /** One change at a time: the next only when the agent has the last one in its spool, so that it has seen every value. */
    private void changeUntilInterrupted(Sysctls sysctls, AgentProcess agent, Random random) {
        while (!Thread.currentThread().isInterrupted()) {
            if (agent.lastChange() == truth.size()) {
                change(sysctls, truth.getLast().equals("0") ? "1" : "0");
            }
            LockSupport.parkNanos(
                    Duration.ofMillis(100 + random.nextInt(MAX_PAUSE_MILLIS)).toNanos());
        }
    }

    private void change(Sysctls sysctls, String value) {
        sysctls.set(Sysctls.LOG_MARTIANS, value);
        truth.add(value);
    }

    private void compare(CollectorProcess collector, Mailbox mailbox, AgentProcess agent) {
        await().atMost(Duration.ofSeconds(90))
                .untilAsserted(() ->
                        assertThat(applied(collector)).as("%s", agent.log()).isEqualTo(truth.size()));
        List<String> sent = sent(agent);
        assertThat(fact(collector, "")).isEqualTo(truth.getLast());
        assertThat(history(collector)).isEqualTo(withoutRepetitions(sent));

        List<String> due = transitionsDue(sent);
        List<JsonNode> transitions = transitions(collector);
        assertThat(transitions).extracting(event -> event.path("type").asText()).isEqualTo(due);
        for (JsonNode transition : transitions) {
            String value = transition.path("type").asText().equals("finding-opened") ? "0" : "1";
            assertThat(fact(collector, "?as-of=" + transition.path("at").asText()))
                    .as("as of event %s", transition.path("seq"))
                    .isEqualTo(value);
        }
        int open = truth.getLast().equals("0") ? 1 : 0;
        assertThat(collector.api().get("findings?host=web-3").path("findings")).hasSize(open);

        int mailsDue = due.size() + (sent.getFirst().equals("0") ? 1 : 0);
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(
                        () -> assertThat(mailbox.mails().stream().map(Mail::id).distinct())
                                .as(
                                        "%s",
                                        mailbox.mails().stream()
                                                .map(Mail::subject)
                                                .distinct()
                                                .toList())
                                .hasSize(mailsDue));
        assertThat(mailbox.mails()).hasSizeLessThanOrEqualTo(mailsDue + KILLS);
        System.out.printf(
                "%d kills, %d changes of which %d were sent, %d mails of which %d are second copies%n",
                KILLS,
                truth.size(),
                sent.size(),
                mailbox.mails().size(),
                mailbox.mails().size() - mailsDue);
    }

    /** What the collector gets to see: a value that a newer one replaced before it was sent is nobody's history. */
    private List<String> sent(AgentProcess agent) {
        List<AgentProcess.Change> changes = agent.changes();
        assertThat(changes).hasSize(truth.size());
        List<String> sent = new ArrayList<>();
        long superseded = 0;
        for (AgentProcess.Change change : changes) {
            if (change.superseded() > superseded) {
                sent.removeLast();
            }
            superseded = change.superseded();
            sent.add(truth.get((int) change.seq() - 1));
        }
        return sent;
    }

    /** Each value of the parameter that the graph knows, in order: as of the moment before and after every change. */
    private static List<String> history(CollectorProcess collector) {
        List<Instant> moments = collector.api().query("""
                        MATCH (:Host)-[:REPORTS]->(:Facts {type: 'proc_sys'})-[:BEFORE*]->(c:Change)
                        RETURN toString(c.at) ORDER BY c.seq""").stream()
                .map(row -> Instant.parse(row.path(0).asText()))
                .toList();
        List<String> values = new ArrayList<>();
        for (Instant moment : moments) {
            values.add(fact(collector, "?as-of=" + moment.minusMillis(1)));
        }
        values.add(fact(collector, "?as-of=" + moments.getLast()));
        return values;
    }

    /** A value that was sent twice in a row, since the one between was superseded, is no change. */
    private static List<String> withoutRepetitions(List<String> values) {
        List<String> changes = new ArrayList<>();
        for (String value : values) {
            if (changes.isEmpty() || !changes.getLast().equals(value)) {
                changes.add(value);
            }
        }
        return changes;
    }

    private static List<String> transitionsDue(List<String> sent) {
        List<String> due = new ArrayList<>();
        for (int i = 1; i < sent.size(); i++) {
            if (!sent.get(i).equals(sent.get(i - 1))) {
                due.add(sent.get(i).equals("0") ? "finding-opened" : "finding-cleared");
            }
        }
        return due;
    }

    private static int applied(CollectorProcess collector) {
        return collector.api().query("MATCH (a:Applied {channel: 1}) RETURN max(a.seq)").stream()
                .mapToInt(row -> row.path(0).asInt())
                .findFirst()
                .orElse(0);
    }

    private static String fact(CollectorProcess collector, String asOf) {
        return collector
                .api()
                .get("hosts/web-3/facts/proc_sys" + asOf)
                .path("data")
                .path(Sysctls.LOG_MARTIANS)
                .asText();
    }

    private static List<JsonNode> transitions(CollectorProcess collector) {
        return collector.api().events().stream()
                .filter(event -> event.path("type").asText().startsWith("finding-"))
                .toList();
    }
}
