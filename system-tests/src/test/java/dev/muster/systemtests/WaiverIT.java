package dev.muster.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.systemtests.Mailbox.Mail;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A failure is accepted for a while: nobody is mailed and the score is another; when that ends, it is open again and mailed. */
final class WaiverIT {
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final String HOST = "web-3";
    private static final String RULE = "nist_V-38528";

    @TempDir
    private Path folder;

    @Test
    void isMadeFromTheCommandLineAndEndsByItself() throws IOException {
        try (Sysctls sysctls = Sysctls.files(folder.resolve("root"));
                var mailbox = new Mailbox();
                var collector = new CollectorProcess(folder.resolve("collector"), mailbox.config());
                var agent = new AgentProcess(folder.resolve("agent"), sysctls.prefix())) {
            sysctls.set(Sysctls.LOG_MARTIANS, "0");
            sysctls.set("net.ipv4.icmp_echo_ignore_broadcasts", "1");
            collector.listen("127.0.0.1:0");
            collector.start();
            agent.enrol(collector.publicKey(), collector.api().token(1));
            List<String> options = new ArrayList<>(sysctls.options());
            options.addAll(List.of("--host-name=" + HOST, "--intervals=proc_sys=1", AgentProcess.only("proc_sys")));
            agent.start(collector.address(), options.toArray(String[]::new));
            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(mailbox.mails()).as(agent.log()).hasSize(1));
            assertThat(verdict(collector)).isEqualTo("fail");
            double before = score(collector);

            whatLacksAReasonAnOwnerOrAnEndIsRefused(collector);
            assertThat(verdict(collector)).isEqualTo("fail");

            var cli = new Cli(collector.home());
            String until = "50s";
            cli.run("waive", RULE, "--host", "web-*", "--reason", "a lab machine", "--owner", "eve", "--until", until);
            assertThat(verdict(collector)).isEqualTo("waived");
            assertThat(collector
                            .api()
                            .get("findings?host=" + HOST)
                            .path("findings")
                            .valueStream())
                    .noneMatch(finding -> finding.at("/rule/id").asText().equals(RULE));
            assertThat(cli.run("waivers")).contains(RULE, "a lab machine", "eve", "host web-*");
            assertThat(score(collector)).isGreaterThan(before);
            assertThat(events(collector, "finding-waived")).hasSize(1);

            restartWithKill(collector);
            assertThat(verdict(collector)).isEqualTo("waived");

            Mail reopened = await().atMost(Duration.ofSeconds(90))
                    .until(() -> mailbox.mails(), mails -> mails.size() > 1)
                    .getLast();
            assertThat(reopened.subject()).startsWith("[muster] web-3 out of compliance: " + RULE);
            assertThat(reopened.text()).contains("waived by eve", "a lab machine", "That has ended");
            assertThat(verdict(collector)).isEqualTo("fail");
            assertThat(mailbox.mails()).as("of the first report, and of this").hasSize(2);
            assertThat(events(collector, "waiver-ended")).hasSize(1);
            assertThat(score(collector)).isEqualTo(before);
        }
    }

    private static void whatLacksAReasonAnOwnerOrAnEndIsRefused(CollectorProcess collector) {
        Map<String, String> whole =
                Map.of("rule", RULE, "host", HOST, "reason", "because", "owner", "eve", "until", "1d");
        for (String missing : List.of("reason", "owner", "until")) {
            var body = new HashMap<>(whole);
            body.remove(missing);
            assertThatThrownBy(() -> collector.api().post("waivers", body))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("400")
                    .hasMessageContaining(missing);
        }
        assertThat(collector.api().get("waivers?state=any").path("waivers")).isEmpty();
    }

    private static void restartWithKill(CollectorProcess collector) throws IOException {
        collector.jvm().kill();
        collector.listen(collector.address());
        collector.start();
    }

    private static double score(CollectorProcess collector) {
        return collector
                .api()
                .get("scores?by=host")
                .path("scores")
                .valueStream()
                .filter(score -> score.path("name").asText().equals(HOST))
                .findFirst()
                .orElseThrow()
                .path("score")
                .asDouble();
    }

    private static String verdict(CollectorProcess collector) {
        return collector
                .api()
                .get("hosts/" + HOST)
                .path("verdicts")
                .valueStream()
                .filter(verdict -> verdict.path("rule").asText().equals(RULE))
                .map(verdict -> verdict.path("verdict").asText())
                .findFirst()
                .orElse("none");
    }

    private static List<JsonNode> events(CollectorProcess collector, String type) {
        return collector.api().events().stream()
                .filter(event -> event.path("type").asText().equals(type))
                .toList();
    }
}
