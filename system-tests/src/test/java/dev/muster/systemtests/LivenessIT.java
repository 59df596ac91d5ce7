package dev.muster.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.systemtests.Mailbox.Mail;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three hosts on a bridge watch each other: plugs are pulled, agents and the collector killed. */
@Order(3)
final class LivenessIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    /** What is promised from a failure to its mail. */
    private static final Duration TOLD = Duration.ofSeconds(10);

    private static final int HOSTS = 3;

    @TempDir
    private Path folder;

    private final List<Network.Host> hosts = new ArrayList<>();
    private final List<AgentProcess> agents = new ArrayList<>();
    private Network network;
    private Mailbox mailbox;
    private CollectorProcess collector;

    @BeforeEach
    void threeHostsWatchEachOther() throws IOException {
        Tools.needRootAnd("ip", "iptables");
        network = Network.open("muli");
        mailbox = new Mailbox();
        collector = new CollectorProcess(folder.resolve("collector"), mailbox.config() + "keepalive: 5s\n");
        collector.listen(network.ipv4() + ":0");
        collector.start();
        for (int i = 0; i < HOSTS; i++) {
            Network.Host host = network.host();
            hosts.add(host);
            var agent = new AgentProcess(folder.resolve("agent-" + i), host.prefix());
            agents.add(agent);
            agent.enrol(collector.publicKey(), collector.api().token(1));
            agent.start(collector.address(), "--host-name=web-" + i, AgentProcess.only("fileattrs"));
        }
        await().atMost(SOON).until(() -> neighbours("connected") == HOSTS && neighbours("watched_by_collector") == 0);
        await().atMost(SOON)
                .until(() -> agents.stream().allMatch(agent -> agent.log().contains("event=peers")));
    }

    @AfterEach
    void stop() {
        agents.forEach(AgentProcess::close);
        if (collector != null) {
            collector.close();
        }
        if (mailbox != null) {
            mailbox.close();
        }
        if (network != null) {
            network.close();
        }
    }

    @Test
    void aPulledPlugIsMailedWithinTenSecondsAndItsReturnInTheSameThread() {
        awaitContact();
        long pulled = System.nanoTime();
        hosts.get(1).unplug();
        Mail down = awaitMail("[muster] web-1 is down: ");
        assertSoonAfter(pulled);
        assertThat(down.subject()).containsPattern("is not heard by web-[02]");
        assertThat(status("web-1")).isEqualTo("down");
        await().atMost(SOON).until(() -> neighbours("in_ring") == HOSTS - 1);

        hosts.get(1).plug();
        Mail up = awaitMail("[muster] web-1 is back after ");
        assertThat(up.subject()).endsWith("without a reboot");
        assertThat(up.inReplyTo()).isEqualTo(down.id());
        await().atMost(SOON).until(() -> status("web-1").equals("up") && neighbours("in_ring") == HOSTS);
        assertThat(events("host-down")).isEqualTo(1);
    }

    @Test
    void anAgentThatIsKilledIsNoHostThatIsDownAndOneThatStopsIsNeither() throws IOException {
        awaitContact();
        agents.get(2).jvm().kill();
        agents.get(2).start(collector.address(), "--host-name=web-2", AgentProcess.only("fileattrs"));
        awaitMail("[muster] web-2 lost its agent without a goodbye; it runs again");
        await().atMost(SOON).until(() -> neighbours("connected") == HOSTS && neighbours("suspected") == 0);
        assertThat(status("web-2")).isEqualTo("up");
        assertThat(events("host-agent-died")).isEqualTo(1);
        awaitContact();

        agents.get(2).jvm().kill();
        awaitMail("[muster] web-2 has no agent any more: ");
        assertThat(status("web-2")).isEqualTo("agent-died");
        agents.get(1).jvm().stop();
        await().atMost(SOON).until(() -> status("web-1").equals("shut-down"));
        assertThat(events("host-down")).isZero();
        await().atMost(SOON).until(() -> neighbours("watched_by_collector") == 1);
    }

    @Test
    void ofTwoAndOfOneHostTheCollectorKnowsWhoIsDownToo() {
        awaitContact();
        agents.get(2).jvm().stop();
        await().atMost(SOON)
                .until(() -> status("web-2").equals("shut-down") && neighbours("watched_by_collector") == 2);
        await().pollDelay(Duration.ofSeconds(5)).until(() -> true);

        long pulled = System.nanoTime();
        hosts.get(1).unplug();
        awaitMail("[muster] web-1 is down: ");
        assertSoonAfter(pulled);
        await().atMost(SOON).until(() -> neighbours("watched_by_collector") == 1);
        await().pollDelay(Duration.ofSeconds(5)).until(() -> true);

        pulled = System.nanoTime();
        agents.get(0).jvm().kill();
        awaitMail("[muster] web-0 has no agent any more: ");
        assertSoonAfter(pulled);
        assertThat(status("web-1")).isEqualTo("down");
        assertThat(mailbox.mails()).noneMatch(mail -> mail.subject().startsWith("[muster] web-2 has"));
    }

    @Test
    void hostsThatCannotReachEachOtherAreNotDownAndTheCollectorWatchesThem() {
        hosts.forEach(host -> host.run("ip6tables", "-A", "INPUT", "-p", "udp", "-j", "DROP"));
        drop(hosts.get(1), hosts.get(0));
        await().atMost(SOON).until(() -> events("path-problem") == 1);
        await().atMost(SOON).until(() -> neighbours("watched_by_collector") == 2);

        hosts.forEach(host -> hosts.stream().filter(other -> other != host).forEach(other -> drop(other, host)));
        await().atMost(SOON).until(() -> neighbours("watched_by_collector") == HOSTS);
        await().pollDelay(Duration.ofSeconds(5)).until(() -> true);
        assertThat(events("host-down")).isZero();
        assertThat(mailbox.mails()).noneMatch(mail -> mail.subject().contains("down"));

        long pulled = System.nanoTime();
        hosts.get(1).unplug();
        awaitMail("[muster] web-1 is down: ");
        assertSoonAfter(pulled);
        assertThat(status("web-0")).isEqualTo("up");
        assertThat(status("web-2")).isEqualTo("up");
    }

    @Test
    void aCollectorThatIsKilledFindsWhoDiedMeanwhileAndNobodyElse() throws IOException {
        awaitContact();
        collector.jvm().kill();
        hosts.get(0).unplug();
        collector.start();
        awaitMail("[muster] web-0 is down: ");
        await().during(Duration.ofSeconds(20)).atMost(SOON).until(() -> events("host-down") == 1);
        assertThat(status("web-1")).isEqualTo("up");
        assertThat(status("web-2")).isEqualTo("up");
    }

    @Test
    void agentsLookAtTheFilesThatRulesRead() {
        await().atMost(SOON).until(() -> agents.getFirst().log().contains("event=desired"));
        await().atMost(SOON)
                .ignoreExceptions()
                .until(() -> collector
                        .api()
                        .get("hosts/web-0/facts/fileattrs")
                        .path("data")
                        .has("/etc/passwd"));
        assertThat(agents.getFirst().log()).doesNotContain("event=wish-refused");
    }

    private static void drop(Network.Host from, Network.Host at) {
        at.run("iptables", "-A", "INPUT", "-p", "udp", "-s", from.ipv4(), "-j", "DROP");
    }

    /** Each has heard both others: from then on silence is known within the dead time. */
    private void awaitContact() {
        await().atMost(SOON).until(() -> neighbours("in_ring") == HOSTS && neighbours("suspected") == 0);
        await().pollDelay(Duration.ofSeconds(5)).until(() -> true);
    }

    private Mail awaitMail(String start) {
        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> mail(start).isPresent());
        return mail(start).orElseThrow();
    }

    private Optional<Mail> mail(String start) {
        return mailbox.mails().stream()
                .filter(mail -> mail.subject().startsWith(start))
                .findFirst();
    }

    private static void assertSoonAfter(long nanos) {
        var took = Duration.ofNanos(System.nanoTime() - nanos);
        System.out.printf("A host that is down was mailed after %d ms.%n", took.toMillis());
        assertThat(took).isLessThan(TOLD);
    }

    private int neighbours(String what) {
        return collector.api().get("status").path("neighbours").path(what).asInt();
    }

    private String status(String host) {
        return collector.api().get("hosts/" + host).path("status").asText();
    }

    private long events(String type) {
        return collector.api().events().stream()
                .map((JsonNode event) -> event.path("type").asText())
                .filter(type::equals)
                .count();
    }
}
