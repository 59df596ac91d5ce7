package dev.muster.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.systemtests.Mailbox.Mail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the first users try: change a kernel parameter, get a mail; change it back, get another. */
final class TransitionMailIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String TITLE = "nist_V-38528 Packets with impossible addresses are logged (low)";

    @TempDir
    private Path folder;

    @Test
    void oneMailEachWayForAParameterInTheAgentsOwnNetworkNamespace() throws IOException {
        Tools.needRootAnd("ip", "sysctl");
        String name = "mu" + ProcessHandle.current().pid() % 100_000;
        try (Sysctls sysctls = Sysctls.namespace(name, "10.211.55.1", "10.211.55.2")) {
            changeAndBack(sysctls, "10.211.55.1:0");
        }
    }

    @Test
    void oneMailEachWayForAParameterInAnotherRoot() throws IOException {
        try (Sysctls sysctls = Sysctls.files(folder.resolve("root"))) {
            changeAndBack(sysctls, "127.0.0.1:0");
        }
    }

    private void changeAndBack(Sysctls sysctls, String listen) throws IOException {
        sysctls.set(Sysctls.LOG_MARTIANS, "1");
        sysctls.set("net.ipv4.icmp_echo_ignore_broadcasts", "0"); // so that there is a first report to mail
        try (var mailbox = new Mailbox();
                var collector = new CollectorProcess(folder.resolve("collector"), mailbox.config());
                var agent = new AgentProcess(folder.resolve("agent"), sysctls.prefix())) {
            collector.listen(listen);
            collector.start();
            agent.enrol(collector.publicKey(), collector.api().token(1));
            List<String> options = new ArrayList<>(sysctls.options());
            options.addAll(List.of("--host-name=web-3", "--intervals=proc_sys=1", AgentProcess.only("proc_sys")));
            agent.start(collector.address(), options.toArray(String[]::new));
            awaitMails(mailbox, agent, 1);
            assertThat(mailbox.mails().getFirst().subject()).startsWith("[muster] web-3 first report: ");

            sysctls.set(Sysctls.LOG_MARTIANS, "0");
            Mail broken = awaitMails(mailbox, agent, 2).get(1);
            assertThat(broken.subject()).isEqualTo("[muster] web-3 out of compliance: " + TITLE);
            assertThat(broken.text())
                    .contains("web-3")
                    .contains("nist_V-38528")
                    .contains("proc_sys[\"" + Sysctls.LOG_MARTIANS + "\"] = " + sysctls.get(Sysctls.LOG_MARTIANS))
                    .contains("facts[\"" + Sysctls.LOG_MARTIANS + "\"] == 1")
                    .contains(Sysctls.LOG_MARTIANS + " = 1");
            assertThat(evidence(collector)).isEqualTo(sysctls.get(Sysctls.LOG_MARTIANS));

            sysctls.set(Sysctls.LOG_MARTIANS, "1");
            Mail mended = awaitMails(mailbox, agent, 3).get(2);
            assertThat(mended.subject()).isEqualTo("[muster] web-3 back in compliance: " + TITLE);
            assertThat(mended.inReplyTo()).isEqualTo(broken.id());

            sendsNothingWhileNothingChanges(mailbox, collector, agent);
            assertThat(agent.jvm().stop()).isIn(0, 143);
            assertThat(collector.api().events().getLast().path("type").asText()).isEqualTo("host-shut-down");
        }
    }

    /** The agent's scripts go on running: their count is in the modification of its process table, here the CPU time it uses. */
    private static void sendsNothingWhileNothingChanges(
            Mailbox mailbox, CollectorProcess collector, AgentProcess agent) {
        long change = agent.lastChange();
        long records = factsRecords(collector);
        Duration before = children(agent);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> children(agent).minus(before).compareTo(Duration.ofMillis(100)) > 0);
        assertThat(agent.lastChange()).isEqualTo(change);
        assertThat(factsRecords(collector)).isEqualTo(records);
        assertThat(mailbox.mails()).hasSize(3);
    }

    /** CPU time of the agent's scripts that ended: fields 16 and 17 of /proc/PID/stat, in hundredths of a second. */
    private static Duration children(AgentProcess agent) {
        try {
            String stat = Files.readString(Path.of("/proc/" + agent.jvm().pid() + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return Duration.ofMillis(10 * (Long.parseLong(fields[13]) + Long.parseLong(fields[14])));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static long factsRecords(CollectorProcess collector) {
        return collector
                .api()
                .get("status")
                .path("agents")
                .path("facts_records")
                .asLong();
    }

    private static String evidence(CollectorProcess collector) {
        for (JsonNode finding : collector.api().get("findings?host=web-3").path("findings")) {
            if (finding.path("rule").path("id").asText().equals("nist_V-38528")) {
                return finding.path("evidence")
                        .path("reads")
                        .path(0)
                        .path("value")
                        .asText();
            }
        }
        return "no finding";
    }

    private static List<Mail> awaitMails(Mailbox mailbox, AgentProcess agent, int count) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(mailbox.mails()).as(agent.log()).hasSizeGreaterThanOrEqualTo(count));
        assertThat(mailbox.mails()).hasSize(count);
        return mailbox.mails();
    }
}
