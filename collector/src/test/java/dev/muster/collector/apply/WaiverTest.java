package dev.muster.collector.apply;

import static dev.muster.collector.apply.Rig.facts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.collector.graph.GraphReads.FindingFilter;
import dev.muster.collector.graph.GraphReads.StandingVerdict;
import dev.muster.collector.graph.GraphReads.WaiverState;
import dev.muster.collector.graph.TestGraph;
import dev.muster.collector.model.Event;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.Finding;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.Marks;
import dev.muster.collector.model.Outbox;
import dev.muster.collector.model.Verdict;
import dev.muster.collector.model.Waiver;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ResourceLock(TestGraph.LOCK)
final class WaiverTest {
    private static final Duration MONTH = Duration.ofDays(30);

    private Rig rig;

    @BeforeEach
    void start() {
        rig = new Rig();
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void aWaiverClosesTheFindingWithoutAMailAndItsEndOpensItWithOne() {
        HostId host = failing("web-1");
        int mails = mails();

        Waiver waiver = waive("alpha-r1", host("web-1"), MONTH);

        assertThat(open()).isEmpty();
        assertThat(verdict(host, "alpha-r1")).isEqualTo(Verdict.WAIVED);
        assertThat(mails()).isEqualTo(mails);
        assertThat(rig.events(EventType.FINDING_CLEARED)).isEmpty();
        assertThat(rig.events(EventType.FINDING_WAIVED)).singleElement().satisfies(event -> {
            assertThat(event.detail().at("/waiver/reason").asText()).isEqualTo("a lab machine");
            assertThat(event.detail().at("/rule/id").asText()).isEqualTo("alpha-r1");
        });
        assertThat(rig.events(EventType.WAIVER_CREATED))
                .singleElement()
                .satisfies(event -> assertThat(event.summary()).contains(waiver.id(), "host web-1", "eve"));

        rig.advance(MONTH.minusMillis(1));
        settle();
        assertThat(open()).isEmpty();
        rig.advance(Duration.ofMillis(1));
        settle();

        assertThat(open()).hasSize(1);
        Event opened = rig.events(EventType.FINDING_OPENED).getLast();
        assertThat(opened.detail().path("waivedBefore").asText()).contains("a lab machine", "eve", waiver.id());
        assertThat(mails()).as("of the warning and of the opening").isEqualTo(mails + 2);
        assertThat(rig.events(EventType.WAIVER_ENDED)).hasSize(1);
        settle();
        assertThat(rig.events(EventType.FINDING_OPENED)).as("once").hasSize(1);
        assertThat(rig.reads().waivers(WaiverState.IN_FORCE)).isEmpty();
        assertThat(rig.reads().waivers(WaiverState.ANY))
                .singleElement()
                .satisfies(
                        ended -> assertThat(ended.ended().orElseThrow().how()).isEqualTo("expired"));
    }

    @Test
    void anAdministratorEndsItBeforeItsTime() {
        HostId host = failing("web-1");
        Waiver waiver = waive("alpha-r*", host("web-*"), MONTH);

        var ended = rig.await(new Input.EndWaiver(waiver.id(), "bob"));

        assertThat(ended).isInstanceOf(Outcome.Waived.Done.class);
        assertThat(verdict(host, "alpha-r1")).isEqualTo(Verdict.FAIL);
        assertThat(open()).hasSize(1);
        assertThat(rig.await(new Input.EndWaiver(waiver.id(), "bob"))).isInstanceOf(Outcome.Waived.Refused.class);
    }

    @Test
    void twoWeeksBeforeItsEndPeopleAreWarnedOnce() {
        failing("web-1");
        int mails = mails();
        waive("alpha-r1", host("web-1"), MONTH);
        rig.advance(MONTH.minus(Waiver.WARNED_BEFORE));
        settle();
        settle();
        rig.advance(Duration.ofDays(1));
        settle();

        assertThat(rig.events(EventType.WAIVER_ENDING)).hasSize(1);
        assertThat(mails()).isEqualTo(mails + 1);

        waive("alpha-r2", host("web-1"), Duration.ofDays(13));
        settle();
        assertThat(rig.events(EventType.WAIVER_ENDING))
                .as("who makes a short one knows")
                .hasSize(1);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "no reason, '  ', eve, 1, web-1, alpha-r1, reason",
        "no owner, because, '', 1, web-1, alpha-r1, owner",
        "no end, because, eve, 0, web-1, alpha-r1, end",
        "an end in the past, because, eve, -1, web-1, alpha-r1, end",
        "too long, because, eve, 400, web-1, alpha-r1, end",
        "nowhere, because, eve, 1, '', alpha-r1, host",
        "no such rule, because, eve, 1, web-1, alpha-r9, rule",
    })
    void isRefusedWith(String what, String reason, String owner, int days, String on, String rule, String why) {
        failing("web-1");
        var scope =
                new Waiver.Scope(Optional.of(on).filter(text -> !text.isEmpty()), Optional.empty(), Optional.empty());

        var outcome = rig.await(new Input.Waive(rule, scope, reason, owner, rig.now.plus(Duration.ofDays(days))));

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Waived.Refused.class,
                        refused -> assertThat(refused.reason()).contains(why));
        assertThat(open()).hasSize(1);
        assertThat(rig.reads().waivers(WaiverState.ANY)).isEmpty();
    }

    @Test
    void rolesAndLabelsAreScopesAndFollowTheHost() {
        HostId web = failing("web-1");
        HostId db = failing("db-1");
        rig.await(new Input.Mark(web, add("web"), add("team=shop")));
        var scope = new Waiver.Scope(Optional.empty(), Optional.of("web"), Optional.of("team=shop"));
        waive("alpha-r1", scope, MONTH);
        assertThat(verdict(web, "alpha-r1")).isEqualTo(Verdict.WAIVED);
        assertThat(verdict(db, "alpha-r1")).isEqualTo(Verdict.FAIL);

        rig.await(new Input.Mark(web, none(), new Input.Mark.Change(List.of(), List.of("team=shop"))));
        rig.await(new Input.Mark(db, add("web"), add("team=shop")));

        assertThat(verdict(web, "alpha-r1")).isEqualTo(Verdict.FAIL);
        assertThat(verdict(db, "alpha-r1")).isEqualTo(Verdict.WAIVED);
        assertThat(rig.events(EventType.HOST_MARKED)).hasSize(3);
        assertThat(rig.reads().marks().getOrDefault(db, Marks.NONE).labels()).containsExactly("team=shop");
        assertThat(rig.await(new Input.Mark(db, add("no such role!"), none())))
                .isInstanceOf(Outcome.Command.Refused.class);
    }

    /** A host that reports meanwhile is judged with it, and one that stops failing is in compliance and not waived. */
    @Test
    void aFailureUnderAWaiverIsWaivedAtOnceAndAPassIsAPass() {
        HostId host = rig.enrolled("web-1");
        rig.await(facts(host, 1, facts("alpha", Map.of("r1", "pass"))));
        waive("alpha-r1", host("web-1"), MONTH);

        rig.await(facts(host, 2, facts("alpha", Map.of("r1", "fail"))));
        assertThat(verdict(host, "alpha-r1")).isEqualTo(Verdict.WAIVED);
        rig.await(facts(host, 3, facts("alpha", Map.of("r1", "pass"))));
        assertThat(verdict(host, "alpha-r1")).isEqualTo(Verdict.PASS);

        assertThat(rig.events(EventType.FINDING_OPENED)).isEmpty();
        assertThat(rig.events(EventType.FINDING_CLEARED)).isEmpty();
    }

    /** While nothing can be said the finding stays as it was; what the first known verdict is then, counts. */
    @Test
    void unknownNeitherOpensNorWaives() {
        HostId host = failing("web-1");
        rig.await(facts(host, 2, facts("alpha", FactsStatus.DENIED, Map.of())));

        Waiver waiver = waive("alpha-r1", host("web-1"), MONTH);
        assertThat(verdict(host, "alpha-r1")).isEqualTo(Verdict.FAIL);
        assertThat(open()).hasSize(1);
        rig.await(facts(host, 3, facts("alpha", Map.of("r1", "fail", "r2", "pass"))));
        assertThat(verdict(host, "alpha-r1")).isEqualTo(Verdict.WAIVED);

        rig.await(facts(host, 4, facts("alpha", FactsStatus.TIMEOUT, Map.of("r1", "fail"))));
        rig.await(new Input.EndWaiver(waiver.id(), "bob"));
        settle();
        assertThat(verdict(host, "alpha-r1")).isEqualTo(Verdict.WAIVED);
        assertThat(open()).isEmpty();
        rig.await(facts(host, 5, facts("alpha", Map.of("r1", "fail", "r3", "pass"))));
        assertThat(open()).hasSize(1);
    }

    /** More hosts than a commit takes, and a restart in between: each is waived once. */
    @Test
    void aFleetIsWaivedSomeHostsACommitAndARestartGoesOn() {
        List<HostId> hosts = new ArrayList<>();
        for (int i = 0; i < 45; i++) {
            hosts.add(failing("web-" + i));
        }
        var scope = host("*");
        rig.await(new Input.Waive("alpha-r1", scope, "because", "eve", rig.now.plus(MONTH)));
        assertThat(open()).hasSize(25);
        rig.restart(new TestJudge("rules-1", 4));
        settle();

        assertThat(open()).isEmpty();
        assertThat(rig.events(EventType.FINDING_WAIVED)).hasSize(45);
        rig.advance(MONTH);
        rig.restart(new TestJudge("rules-1", 4));
        settle();
        assertThat(open()).hasSize(45);
        assertThat(rig.events(EventType.FINDING_OPENED)).hasSize(45);
        assertThat(hosts)
                .allSatisfy(host -> assertThat(verdict(host, "alpha-r1")).isEqualTo(Verdict.FAIL));
    }

    /** What the same commit did before is seen, though no graph has it. */
    @Test
    void aFindingThatOpensInTheSameCommitIsWaivedToo() {
        HostId host = failing("web-1");
        rig.await(facts(host, 2, facts("alpha", Map.of("r1", "pass"))));
        var report = rig.offer(facts(host, 3, facts("alpha", Map.of("r1", "fail"))));
        var waived = rig.offer(new Input.Waive("alpha-r1", host("web-1"), "because", "eve", rig.now.plus(MONTH)));
        Rig.join(report);
        Rig.join(waived);

        assertThat(verdict(host, "alpha-r1")).isEqualTo(Verdict.WAIVED);
        assertThat(open()).isEmpty();
    }

    private HostId failing(String name) {
        HostId host = rig.enrolled(name);
        rig.await(facts(host, 1, facts("alpha", Map.of("r1", "fail"))));
        return host;
    }

    private static Waiver.Scope host(String glob) {
        return new Waiver.Scope(Optional.of(glob), Optional.empty(), Optional.empty());
    }

    private Waiver waive(String rule, Waiver.Scope scope, Duration span) {
        Instant until = rig.now.plus(span);
        var outcome = rig.await(new Input.Waive(rule, scope, "a lab machine", "eve", until));
        assertThat(outcome).isInstanceOf(Outcome.Waived.Done.class);
        return ((Outcome.Waived.Done) outcome).waiver();
    }

    private static Input.Mark.Change add(String... words) {
        return new Input.Mark.Change(List.of(words), List.of());
    }

    private static Input.Mark.Change none() {
        return add();
    }

    private void settle() {
        int inputs = 0;
        while (!rig.await(new Input.SettleWaivers()).isWhole()) {
            assertThat(inputs++).isLessThan(20);
        }
    }

    private List<Finding> open() {
        return rig.reads().findings(FindingFilter.open());
    }

    private Verdict verdict(HostId host, String rule) {
        return rig.reads().verdicts(host).stream()
                .filter(standing -> standing.rule().equals(rule))
                .map(StandingVerdict::verdict)
                .findFirst()
                .orElseThrow();
    }

    private int mails() {
        return rig.graph()
                .outbox(Outbox.MAIL)
                .claim("test", Instant.parse("2030-01-01T00:00:00Z"), Duration.ZERO, 1_000)
                .size();
    }
}
