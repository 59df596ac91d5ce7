package dev.muster.collector.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.collector.apply.Input.HelloSeen.LastRun;
import dev.muster.collector.apply.Input.PeerReported.What;
import dev.muster.collector.graph.TestGraph;
import dev.muster.collector.membership.Verdict;
import dev.muster.collector.model.Event;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.HostAttributes;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.HostStatus;
import dev.muster.collector.model.Neighbour;
import dev.muster.collector.model.Outbox;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What reports and conclusions become in a real graph, and what agents are told of it. */
@ResourceLock(TestGraph.LOCK)
final class MembershipTest {
    private static final String EDGES =
            "MATCH (a:Host)-[n:NEXT]->(b:Host) RETURN a.name + '>' + b.name AS e ORDER BY e";
    private static final String SILENCES =
            "MATCH (a:Host)-[s:HEARS_NOT]->(b:Host) RETURN a.name + '>' + b.name + ' ' + s.state AS e ORDER BY e";

    private final Rig rig = new Rig();
    private final Map<HostId, Long> seqs = new HashMap<>();

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void eachIsToldItsNeighboursAndTheRingIsInTheGraph() {
        HostId a = up("a", 1);
        assertThat(rig.neighbours.get(a)).containsExactly(new Neighbour.Collector());
        HostId b = up("b", 2);
        assertThat(rig.neighbours.get(a)).containsExactly(agent("b", 2), new Neighbour.Collector());
        HostId c = up("c", 3);
        assertThat(rig.neighbours.get(a)).containsExactlyInAnyOrder(agent("b", 2), agent("c", 3));
        assertThat(rig.neighbours.get(b)).containsExactlyInAnyOrder(agent("a", 1), agent("c", 3));
        assertThat(rig.test.run(EDGES, Map.of())).containsExactly("a>b", "b>c", "c>a");
        assertThat(rig.wishes.get(c)).isEqualTo(Rig.WISHES);
    }

    @Test
    void aJoinIsToldToThreeAndALeaveToTwo() {
        HostId a = up("a", 1);
        HostId b = up("b", 2);
        HostId c = up("c", 3);
        HostId d = up("d", 4);
        rig.toldNeighbours.clear();
        HostId e = up("e", 5);
        assertThat(rig.toldNeighbours).containsOnly(a, d, e);
        rig.toldNeighbours.clear();
        rig.await(new Input.Concluded(new Verdict.Down(b, Set.of(a))));
        assertThat(rig.toldNeighbours).containsOnly(a, c);
    }

    @Test
    void aHostThatIsDownIsStoredToldAndMailed() {
        HostId a = up("a", 1);
        HostId b = up("b", 2);
        HostId c = up("c", 3);
        report(a, "b", What.SILENT);
        report(c, "b", What.SILENT);
        assertThat(rig.test.run(SILENCES, Map.of())).containsExactly("a>b reported", "c>b reported");
        rig.advance(Duration.ofSeconds(10));
        rig.await(new Input.Concluded(new Verdict.Down(b, Set.of(a, c))));

        assertThat(status(b)).isEqualTo(HostStatus.DOWN);
        assertThat(rig.reads().host("b").orElseThrow().since()).isEqualTo(rig.now);
        Event event = rig.events(EventType.HOST_DOWN).getFirst();
        assertThat(event.summary()).isEqualTo("b is down: it does not answer, and is not heard by a and c");
        assertThat(event.detail().path("reportedBy").toString()).isEqualTo("[\"a\",\"c\"]");
        assertThat(mails()).containsExactly(EventType.HOST_DOWN);
        assertThat(rig.test.run(EDGES, Map.of())).containsExactly("a>c", "c>a");
        assertThat(rig.test.run(SILENCES, Map.of())).isEmpty();
        assertThat(rig.neighbours.get(a)).containsExactly(agent("c", 3), new Neighbour.Collector());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "boot-1;false;b is back after 1h2m3s, without a reboot",
                "boot-2;true;b is back after 1h2m3s, rebooted"
            })
    void aReturnSaysHowLongAndWhetherItRebooted(String boot, boolean rebooted, String summary) {
        HostId a = up("a", 1);
        HostId b = up("b", 2);
        rig.await(new Input.Concluded(new Verdict.Down(b, Set.of(a))));
        String since = rig.reads().host("b").orElseThrow().since().toString();
        rig.advance(Duration.ofMillis(3_723_500));
        hello(b, "b", 2, boot, 2);

        assertThat(status(b)).isEqualTo(HostStatus.UP);
        Event event = rig.events(EventType.HOST_UP).getFirst();
        assertThat(event.summary()).isEqualTo(summary);
        assertThat(event.detail().path("downSince").asText()).isEqualTo(since);
        assertThat(event.detail().path("rebooted").asBoolean()).isEqualTo(rebooted);
        assertThat(mails()).containsExactly(EventType.HOST_DOWN, EventType.HOST_UP);
        assertThat(rig.test.run(EDGES, Map.of())).containsExactly("a>b", "b>a");
    }

    @Test
    void anAgentThatDiedIsNoHostThatIsDown() {
        HostId a = up("a", 1);
        HostId b = up("b", 2);
        rig.await(new Input.Concluded(new Verdict.AgentDied(b, Set.of(a))));
        assertThat(status(b)).isEqualTo(HostStatus.AGENT_DIED);
        rig.await(new Input.Concluded(new Verdict.Alive(b)));
        assertThat(status(b)).isEqualTo(HostStatus.UP);
        assertThat(mails()).containsExactly(EventType.HOST_AGENT_DIED, EventType.HOST_UP);
    }

    @Test
    void whoSaidGoodbyeIsNotDown() {
        HostId a = up("a", 1);
        HostId b = up("b", 2);
        rig.await(new Input.Goodbye(b, Rig.SPOOL, 0, 1, "stops", 1));
        rig.await(new Input.Concluded(new Verdict.Down(b, Set.of(a))));
        assertThat(status(b)).isEqualTo(HostStatus.SHUT_DOWN);
        assertThat(rig.events(EventType.HOST_DOWN)).isEmpty();
        assertThat(rig.neighbours.get(a)).containsExactly(new Neighbour.Collector());
        assertThat(mails()).isEmpty();
    }

    @Test
    void anAgentThatWasKilledAndIsBackBeforeAnybodyMissedItIsMailedOnce() {
        HostId b = up("b", 2);
        hello(b, "b", 2, "boot-1", 77, LastRun.DIED);
        hello(b, "b", 2, "boot-1", 77, LastRun.DIED);
        assertThat(rig.events(EventType.HOST_AGENT_DIED)).hasSize(1);
        assertThat(rig.events(EventType.HOST_UP)).hasSize(1);
        assertThat(status(b)).isEqualTo(HostStatus.UP);
        hello(b, "b", 2, "boot-2", 78);
        assertThat(rig.events(EventType.HOST_AGENT_DIED)).hasSize(1);
        assertThat(rig.events(EventType.HOST_UP).getLast().summary()).isEqualTo("b was restarted without a goodbye");
        assertThat(mails()).containsExactly(EventType.HOST_AGENT_DIED);
    }

    @Test
    void anAgentThatWasStoppedAndStartedOutOfReachDidNotDie() {
        HostId b = up("b", 2);
        hello(b, "b", 2, "boot-1", 77, LastRun.ENDED);
        assertThat(rig.events(EventType.HOST_AGENT_DIED)).isEmpty();
        assertThat(rig.events(EventType.HOST_SHUT_DOWN)).hasSize(1);
        assertThat(mails()).isEmpty();

        rig.await(new Input.Goodbye(b, Rig.SPOOL, 0, 1, "stops", 1));
        assertThat(status(b)).isEqualTo(HostStatus.UP);
        assertThat(rig.events(EventType.HOST_SHUT_DOWN)).hasSize(1);
    }

    @Test
    void theProcessThatRanIsKnownAfterARestartOfTheCollector() {
        HostId b = up("b", 2);
        rig.restart(new TestJudge("rules-1", 4));
        hello(b, "b", 2, "boot-1", 77, LastRun.DIED);
        assertThat(rig.events(EventType.HOST_AGENT_DIED)).hasSize(1);
    }

    @Test
    void aBrokenWayIsAnEventAndNoAlarmAndTheCollectorWatchesBoth() {
        HostId a = up("a", 1);
        HostId b = up("b", 2);
        up("c", 3);
        report(a, "b", What.SILENT);
        report(b, "a", What.SILENT);
        rig.await(new Input.Concluded(new Verdict.PathProblem(Optional.of(a), b)));
        rig.await(new Input.Concluded(new Verdict.PathProblem(Optional.of(b), a)));

        assertThat(rig.events(EventType.PATH_PROBLEM)).hasSize(1);
        assertThat(status(b)).isEqualTo(HostStatus.UP);
        assertThat(rig.test.run(SILENCES, Map.of())).containsExactly("a>b path-problem", "b>a path-problem");
        assertThat(rig.neighbours.get(a)).contains(new Neighbour.Collector());
        assertThat(rig.neighbours.get(b)).contains(new Neighbour.Collector());

        report(a, "b", What.BACK);
        assertThat(rig.events(EventType.PATH_RECOVERED)).isEmpty();
        report(b, "a", What.BACK);
        assertThat(rig.events(EventType.PATH_RECOVERED)).hasSize(1);
        assertThat(rig.test.run(SILENCES, Map.of())).isEmpty();
        assertThat(rig.neighbours.get(a)).doesNotContain(new Neighbour.Collector());
        assertThat(mails()).isEmpty();
    }

    @Test
    void aReportIsAppliedOnceAndASenselessOneDoesNothing() {
        HostId a = up("a", 1);
        up("b", 2);
        var first = new Input.PeerReported(a, Rig.SPOOL, 0, 1, "key-b", What.SILENT, Duration.ofSeconds(6));
        assertThat(rig.await(first).seq()).isEqualTo(1);
        assertThat(rig.await(first).seq()).isEqualTo(1);
        seqs.put(a, 1L);
        report(a, "nobody", What.SILENT);
        report(a, "a", What.SILENT);
        report(a, "nobody", What.BACK);
        assertThat(rig.test.run(SILENCES, Map.of())).containsExactly("a>b reported");
        assertThat(rig.reads().deadLetters(10)).isEmpty();
    }

    @Test
    void aRestartKnowsWhatWasKnownAndTellsNobodyAnythingNew() {
        HostId a = up("a", 1);
        HostId b = up("b", 2);
        HostId c = up("c", 3);
        HostId d = up("d", 4);
        report(a, "b", What.SILENT);
        report(c, "d", What.SILENT);
        rig.await(new Input.Concluded(new Verdict.PathProblem(Optional.of(c), d)));
        rig.await(new Input.Concluded(new Verdict.Down(b, Set.of(a))));
        Map<HostId, List<Neighbour>> told = Map.copyOf(rig.neighbours);
        int events = rig.events().size();
        rig.neighbours.clear();
        rig.wishes.clear();
        rig.restart(new TestJudge("rules-1", 4));

        assertThat(rig.neighbours).doesNotContainKey(b);
        for (HostId host : List.of(a, c, d)) {
            assertThat(rig.neighbours.get(host)).isEqualTo(told.get(host));
        }
        assertThat(rig.wishes).isEmpty();
        assertThat(rig.test.run(SILENCES, Map.of())).containsExactly("c>d path-problem");
        hello(c, "c", 3, "boot-1", 1);
        assertThat(rig.wishes).containsOnlyKeys(c);
        assertThat(rig.events()).hasSize(events);
    }

    @Test
    void ringsOfAnOlderProgramAreMade() {
        up("a", 1);
        up("b", 2);
        rig.test.run("MATCH (:Host)-[n:NEXT]->() DELETE n RETURN 'x'", Map.of());
        rig.restart(new TestJudge("rules-1", 4));
        rig.await(new Input.CreateToken(1, rig.now.plusSeconds(60)));
        assertThat(rig.test.run(EDGES, Map.of())).containsExactly("a>b", "b>a");
    }

    @Test
    void whoIsRevokedOrRetiredLeavesTheRing() {
        HostId a = up("a", 1);
        up("b", 2);
        HostId c = up("c", 3);
        rig.await(new Input.Revoke("key-b"));
        assertThat(rig.test.run(EDGES, Map.of())).containsExactly("a>c", "c>a");
        rig.await(new Input.Retire(c));
        assertThat(rig.test.run(EDGES, Map.of())).isEmpty();
        assertThat(rig.neighbours.get(a)).containsExactly(new Neighbour.Collector());
    }

    @Test
    void anotherPlaceOfAnAgentIsToldToItsNeighbours() {
        HostId a = up("a", 1);
        HostId b = up("b", 2);
        hello(b, "b", 9, "boot-1", 1);
        assertThat(rig.neighbours.get(a)).contains(agent("b", 9));
        assertThat(rig.test.run("MATCH (h:Host {name: 'b'}) RETURN h.agentAt", Map.of()))
                .containsExactly("10.0.0.9:1984");
    }

    @Test
    void theCollectorsOwnIsolationIsMailed() {
        rig.await(new Input.Concluded(new Verdict.Isolated(1, 40)));
        rig.await(new Input.Concluded(new Verdict.Connected(39, 40)));
        assertThat(mails()).containsExactly(EventType.COLLECTOR_DEGRADED, EventType.COLLECTOR_RECOVERED);
    }

    private HostId up(String name, int number) {
        HostId host = rig.enrolled(name);
        hello(host, name, number, "boot-1", 1);
        return host;
    }

    private void hello(HostId host, String name, int number, String boot, long run) {
        hello(host, name, number, boot, run, LastRun.UNKNOWN);
    }

    private void hello(HostId host, String name, int number, String boot, long run, LastRun lastRun) {
        var attributes = new HostAttributes(List.of(name), List.of(), "ab", "Debian 12", "0.1.0", boot);
        var from = new InetSocketAddress("10.0.0." + number, 1984);
        rig.await(new Input.HelloSeen(host, attributes, from, run, lastRun, ""));
    }

    private void report(HostId reporter, String about, What what) {
        long seq = seqs.merge(reporter, 1L, Long::sum);
        var report = new Input.PeerReported(reporter, Rig.SPOOL, 0, seq, "key-" + about, what, Duration.ofSeconds(6));
        assertThat(rig.await(report).seq()).isEqualTo(seq);
    }

    private HostStatus status(HostId host) {
        return rig.reads().host(host.toString()).orElseThrow().status();
    }

    private List<EventType> mails() {
        return rig.apply.outbox(Outbox.MAIL).claim("w", rig.now.plusSeconds(3_600), Duration.ofMinutes(1), 50).stream()
                .flatMap(row -> row.events().stream())
                .map(Event::type)
                .toList();
    }

    private static Neighbour agent(String name, int number) {
        return new Neighbour.Agent("cHVibGljkey-" + name, List.of(new InetSocketAddress("10.0.0." + number, 1984)));
    }
}
