package dev.muster.collector.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.muster.collector.api.EventFeed;
import dev.muster.collector.api.FakeGraph;
import dev.muster.collector.api.FakeKeyring;
import dev.muster.collector.api.HttpApi;
import dev.muster.collector.api.RunningApi;
import dev.muster.collector.apply.Apply;
import dev.muster.collector.apply.ApplyConfig;
import dev.muster.collector.apply.Input;
import dev.muster.collector.apply.Judge;
import dev.muster.collector.apply.Outcome;
import dev.muster.collector.apply.Watching;
import dev.muster.collector.graph.TestGraph;
import dev.muster.collector.model.AgentOrders;
import dev.muster.collector.model.AgentTrust;
import dev.muster.collector.model.Evidence;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.FactsView;
import dev.muster.collector.model.HostAttributes;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Judgement;
import dev.muster.collector.model.KnownAgent;
import dev.muster.collector.model.Neighbour;
import dev.muster.collector.model.Rule;
import dev.muster.collector.model.Severity;
import dev.muster.collector.model.Verdict;
import dev.muster.collector.model.Wish;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The command, the API, apply and the graph, all real: what an agent reported is what an administrator reads. */
@ResourceLock(TestGraph.LOCK)
class MusterOverGraphTest {
    private static final Rule RULE = new Rule(
            "itil-00001",
            "The kernel forwards nothing",
            "proc_sys",
            "networking",
            Severity.MEDIUM,
            "proc_sys.ip_forward == '0'",
            "A server is no router.",
            "sysctl -w net.ipv4.ip_forward=0",
            List.of(),
            "base");

    private static final HostAttributes WEB_1 =
            new HostAttributes(List.of("web-1"), List.of("192.0.2.1"), "ab", "Debian 13", "0.1.0", "boot");

    @TempDir
    Path home;

    private final TestGraph test = TestGraph.empty();
    private Apply apply;
    private HttpApi api;
    private Instant now = FakeGraph.T.minus(Duration.ofHours(5));
    private long seq;

    @BeforeEach
    void start() {
        EventFeed feed = new EventFeed(test.graph().reads());
        apply = Apply.start(
                test.graph(), new OneRule(), ApplyConfig.DEFAULT, surroundings(() -> now, new SecureRandom(), feed));
        api = RunningApi.start(
                home,
                test.graph().reads(),
                new HttpApi.Commands(
                        apply,
                        apply,
                        new FakeKeyring(),
                        RunningApi.notary(home, test.graph().reads(), RunningApi.RULES)),
                feed);
    }

    @AfterEach
    void stop() {
        api.close();
        apply.close();
        test.close();
    }

    @Test
    void whatAnAgentReportsIsWhatAnAdministratorReads() throws Exception {
        Run token = Run.of(home, "enroll", "token", "--quiet");
        HostId host = enrol(token.out().strip());
        assertThat(Run.of(home, "hosts").out())
                .contains("web-1  up      5 h  5 h ago  -            0       0    0  Debian 13");

        report(host, "1");
        now = now.plus(Duration.ofHours(3));
        assertThat(Run.of(home, "facts", "web-1", "proc_sys").out()).isEqualTo("{\n  \"ip_forward\": \"1\"\n}\n");
        assertThat(Run.of(home, "findings").out()).isEqualTo("""
                medium  web-1  itil-00001
                        what    The kernel forwards nothing
                        found   proc_sys.ip_forward = "1"
                        wanted  proc_sys.ip_forward == '0'
                        since   2026-11-20 10:02 (5 h ago)
                        why     A server is no router.
                        fix     sysctl -w net.ipv4.ip_forward=0

                1 finding: 1 medium.
                """);

        report(host, "0");
        assertThat(Run.of(home, "findings")).isEqualTo(new Run(0, "No findings.\n", ""));
        assertThat(Run.of(home, "findings", "--closed").out())
                .contains("until   2026-11-20 13:02 (2 h ago)")
                .contains("1 finding: 1 medium.");
        assertThat(Run.of(home, "facts", "web-1", "proc_sys", "--as-of", "3h").out())
                .isEqualTo("{\n  \"ip_forward\": \"1\"\n}\n");
        assertThat(Run.of(home, "facts", "web-1", "proc_sys", "--as-of", "6h").exitCode())
                .isEqualTo(1);
        Run events = Run.of(home, "events", "--json");
        JsonNode last = ApiClient.JSON.readTree(events.out()).path("events");
        assertThat(last.path(last.size() - 1).path("type").asText()).isEqualTo("finding-cleared");
        assertThat(last.path(last.size() - 1).at("/detail/host_name").asText()).isEqualTo("web-1");
        assertThat(Run.of(home, "host", "web-1").out()).contains("verdicts   1 pass\n");
    }

    @Test
    void queriesAnswerAndRefusalsAreTold() throws Exception {
        enrol(Run.of(home, "enroll", "token", "--quiet").out().strip());
        assertThat(Run.of(
                        home,
                        "query",
                        "MATCH (h:Host) WHERE h.name = $n RETURN h.name, h.status",
                        "--param",
                        "n=web-1"))
                .isEqualTo(new Run(0, """
                        h.name  h.status
                        web-1   up
                        """, "muster: 1 row\n"));
        Run refused = Run.of(home, "query", "MATCH (h:Host) DETACH DELETE h");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err()).startsWith("muster: ").contains("  do:    Queries only read");
        assertThat(Run.of(home, "hosts").out()).contains("web-1");
    }

    @Test
    void anAdministratorLetsInRenamesTurnsAwayAndRetires() throws Exception {
        give(new Input.Enrol("cHVibGlja2V5", "6c5ecdc2e708fd4ae85389910987ae10", WEB_1, "192.0.2.1", Optional.empty()));
        Run waiting = Run.of(home, "agents");
        assertThat(waiting.out()).contains("pending  web-1  6c5e-cdc2-e708-fd4a-e853-8991-0987-ae10  192.0.2.1");
        assertThat(waiting.err()).contains("muster agents approve KEY");
        Run mistyped = Run.of(home, "agents", "approve", "6c5e-cdc3");
        assertThat(mistyped.exitCode()).isEqualTo(1);
        assertThat(mistyped.err()).contains("No key that waits begins with 6c5e-cdc3");
        assertThat(Run.of(home, "agents", "approve", "6C5E-CDC2").err()).contains("approved: web-1");
        assertThat(Run.of(home, "agents").out()).contains("trusted  web-1  6c5e-cdc2-");
        assertThat(Run.of(home, "hosts", "rename", "web-1", "front").err()).contains("renamed: front");
        assertThat(Run.of(home, "hosts", "rename", "front", "a/b").err()).contains("Nothing changed: a name has");
        assertThat(Run.of(home, "agents", "revoke", "6c5ecdc2").err()).contains("nobody speaks for front");
        assertThat(Run.of(home, "hosts").out()).contains("front");
        assertThat(Run.of(home, "hosts", "retire", "front").err()).contains("kept as front-retired");
        assertThat(Run.of(home, "hosts").out()).doesNotContain("front");
        assertThat(Run.of(home, "hosts", "--all").out()).contains("front-retired  retired");
        assertThat(Run.of(home, "events").out()).contains("was web-1 until now", "front was retired");
    }

    private HostId enrol(String token) throws Exception {
        Input.Enrol enrol = new Input.Enrol("cHVibGlja2V5", "00ff", WEB_1, "192.0.2.1", Optional.of(token));
        Outcome.Enrolment outcome = give(enrol);
        return ((Outcome.Enrolment.Trusted) outcome).host();
    }

    private void report(HostId host, String forward) throws Exception {
        Facts facts = new Facts(
                InstanceKey.unnamed("proc_sys"),
                1,
                FactsStatus.OK,
                List.of(),
                List.of(),
                List.of(),
                JsonNodeFactory.instance.objectNode().put("ip_forward", forward),
                now,
                Duration.ofMillis(5),
                "hash" + forward);
        give(new Input.FactsRecord(host, "00112233445566778899aabbccddeeff", 1, ++seq, facts));
    }

    private <R extends Outcome> R give(Input<R> input) throws Exception {
        return apply.offer(input).orElseThrow().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    /** {@link #RULE} and no other. */
    private static final class OneRule implements Judge {
        @Override
        public String hash() {
            return "rules-1";
        }

        @Override
        public Set<String> keys(FactsView host) {
            return ids();
        }

        @Override
        public Set<String> ids() {
            return Set.of(RULE.id());
        }

        @Override
        public Set<String> typesOf(Collection<String> ids) {
            return types();
        }

        @Override
        public Set<String> types() {
            return Set.of("proc_sys");
        }

        @Override
        public List<Judgement> judge(FactsView view, Set<String> changed, LocalDate today) {
            InstanceKey key = InstanceKey.unnamed("proc_sys");
            return view.facts(key).stream()
                    .map(facts -> {
                        JsonNode value = facts.data().path("ip_forward");
                        Verdict verdict = value.asText().equals("0") ? Verdict.PASS : Verdict.FAIL;
                        Evidence evidence = new Evidence(
                                List.of(new Evidence.Read("proc_sys.ip_forward", value)),
                                RULE.check(),
                                List.of(),
                                0,
                                "");
                        return new Judgement(RULE, key, verdict, Optional.empty(), evidence);
                    })
                    .toList();
        }

        @Override
        public List<Judgement> judgeNewDay(FactsView view, LocalDate today) {
            return List.of();
        }
    }

    /** With no agents but those that a test plays. */
    static Apply.Surroundings surroundings(InstantSource clock, SecureRandom random, EventFeed feed) {
        return new Apply.Surroundings(clock, random, new NoTrust(), feed, nobodyWatches());
    }

    /** Nobody listens for agents here. */
    private static Watching nobodyWatches() {
        AgentOrders orders = new AgentOrders() {
            @Override
            public void neighbours(HostId host, List<Neighbour> neighbours) {}

            @Override
            public void wishes(HostId host, List<Wish> wishes) {}
        };
        return new Watching(orders, host -> List.of(), (members, concerned) -> {});
    }

    private static final class NoTrust implements AgentTrust {
        @Override
        public void known(List<KnownAgent> agents, Set<String> revoked) {}

        @Override
        public void trusted(KnownAgent agent) {}

        @Override
        public void revoked(String keyId) {}
    }
}
