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
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a finding shows, in the mail, on the command line and in the API, is what the system's own tools say. The agent looks at this
 * machine from namespaces, with a network, process ids, mounts, /etc and /var/log of its own.
 */
final class EvidenceIT {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final String HOST = "web-3";
    /** Files that are watched are looked at sooner. */
    private static final int INTERVAL_SECONDS = 10;

    @TempDir
    private static Path folder;

    private static Network network;
    private static Mailbox mailbox;
    private static CollectorProcess collector;
    private static AgentProcess agent;
    /** What the command line printed last: it is one process for all findings. */
    private static String printed = "";

    @BeforeAll
    static void breakEverything() throws IOException {
        Tools.needRootAnd("ip", "ss", "unshare", "nsenter", "setsid", "sysctl", "findmnt", "lscpu", "runuser");
        network = Network.open("muev");
        Network.Host host = network.host();
        mailbox = new Mailbox();
        collector = new CollectorProcess(folder.resolve("collector"), mailbox.config());
        collector.listen(network.ipv4() + ":0");
        collector.start();
        List<String> prefix = new ArrayList<>(host.prefix());
        prefix.addAll(List.of("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"));
        prefix.addAll(List.of(
                "sh",
                Path.of("src/test/resources/evidence-host.sh").toAbsolutePath().toString()));
        prefix.add(Files.createDirectories(folder.resolve("own")).toString());
        agent = new AgentProcess(folder.resolve("agent"), prefix);
        agent.enrol(collector.publicKey(), collector.api().token(1));
        List<EvidenceRow> rows =
                EvidenceRows.ALL.stream().filter(EvidenceRow::applies).toList();
        // Whether there is an audit daemon, and an ssh server, is asked of the packages.
        Set<String> types = Stream.concat(rows.stream().map(EvidenceRow::type), Stream.of("packages"))
                .collect(Collectors.toSet());
        agent.start(
                collector.address(),
                "--host-name=" + HOST,
                AgentProcess.only(types.toArray(String[]::new)),
                types.stream()
                        .map(type -> type + "=" + INTERVAL_SECONDS)
                        .collect(Collectors.joining(",", "--intervals=", "")));
        await().atMost(SOON).ignoreExceptions().until(EvidenceIT::mark);
        Map<String, String> allPass = rows.stream().collect(Collectors.toMap(EvidenceRow::rule, row -> "pass"));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(verdicts()).as(agent.log()).containsAllEntriesOf(allPass));
        onHost(rows.stream().map(EvidenceRow::breaks).collect(Collectors.joining("\n", "set -e\n", "\n")));
    }

    @AfterAll
    static void stop() {
        Stream.of(agent, collector, mailbox, network).filter(Objects::nonNull).forEach(EvidenceIT::close);
    }

    static List<EvidenceRow> rows() {
        return EvidenceRows.ALL;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void mailCommandLineAndApiShowWhatTheToolPrints(EvidenceRow row) {
        Assumptions.assumeTrue(row.applies(), "the tool that tells the truth is missing");
        String truth = row.plain().apply(onHost(row.truth()).strip());
        assertThat(truth).isNotEmpty();
        String subject = "[muster] " + HOST + " out of compliance: " + row.rule() + " ";
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(mailbox.mails())
                        .as(agent.log())
                        .anyMatch(mail -> mail.subject().startsWith(subject)));
        String mail = mailbox.mails().stream()
                .filter(each -> each.subject().startsWith(subject))
                .findFirst()
                .orElseThrow()
                .text();
        assertThat(found(mail, row)).as(mail).isEqualTo(truth);

        String listed = listed(row);
        assertThat(found(listed, row)).as(listed).isEqualTo(truth);

        JsonNode evidence = finding(row).path("evidence");
        assertThat(row.plain().apply(row.shown().in(evidence)))
                .as("%s", evidence)
                .isEqualTo(truth);
    }

    /** What a text for people shows, wherever its lines were broken. */
    private static String found(String text, EvidenceRow row) {
        return row.plain().apply(row.shown().in(text.replaceAll("\\s+", " ")));
    }

    /** What the command line says of a rule that it knows to fail. */
    private static String listed(EvidenceRow row) {
        if (!printed.contains("  " + row.rule() + "\n")) {
            printed = new Cli(collector.home()).run("findings", "--host", HOST);
        }
        return Stream.of(printed.split("\n\n", -1))
                .filter(part -> part.contains("  " + row.rule() + "\n"))
                .findFirst()
                .orElse("");
    }

    /** Roles that some of the rules are for. */
    private static boolean mark() {
        collector
                .api()
                .post(
                        "hosts/" + HOST + "/marks",
                        Map.of("roles", Map.of("add", List.of("utc", "nfs"), "remove", List.of())));
        return true;
    }

    private static Map<String, String> verdicts() {
        return collector
                .api()
                .get("hosts/" + HOST)
                .path("verdicts")
                .valueStream()
                .collect(Collectors.toMap(
                        verdict -> verdict.path("rule").asText(),
                        verdict -> verdict.path("verdict").asText(),
                        (one, other) -> one));
    }

    private static JsonNode finding(EvidenceRow row) {
        return collector
                .api()
                .get("findings?host=" + HOST)
                .path("findings")
                .valueStream()
                .filter(finding -> finding.path("rule").path("id").asText().equals(row.rule()))
                .findFirst()
                .orElseThrow();
    }

    /** Runs a shell's line where the agent runs, which is the only child of what made its namespaces. */
    private static String onHost(String line) {
        long pid = ProcessHandle.of(agent.jvm().pid())
                .flatMap(unshare -> unshare.children().findFirst())
                .orElseThrow()
                .pid();
        return Tools.run("nsenter", "--target", "" + pid, "--mount", "--net", "--pid", "sh", "-c", line);
    }

    private static void close(AutoCloseable each) {
        try {
            each.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
