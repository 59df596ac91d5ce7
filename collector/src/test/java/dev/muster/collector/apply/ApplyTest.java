package dev.muster.collector.apply;

import static dev.muster.collector.apply.Rig.facts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.graph.GraphReads.FindingFilter;
import dev.muster.collector.graph.TestGraph;
import dev.muster.collector.model.EnrolmentPolicy;
import dev.muster.collector.model.Event;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.Finding;
import dev.muster.collector.model.FindingCounts;
import dev.muster.collector.model.FindingJson;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.HostStatus;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Outbox;
import dev.muster.collector.model.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock(TestGraph.LOCK)
final class ApplyTest {
    private static final InstanceKey ALPHA = InstanceKey.unnamed("alpha");

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
    void appliesEachRecordOnceAndInOrder() {
        HostId host = rig.enrolled("web-1");
        var one = facts(host, 1, facts("gamma", Map.of("x", "1")));
        var two = facts(host, 2, facts("gamma", Map.of("x", "2")));
        var three = facts(host, 3, facts("gamma", Map.of("x", "3")));
        assertThat(rig.await(three).seq()).isZero();
        assertThat(rig.await(one).seq()).isEqualTo(1);
        assertThat(rig.await(one).seq()).isEqualTo(1);
        assertThat(rig.await(three).seq()).isEqualTo(1);
        assertThat(rig.await(two).seq()).isEqualTo(2);
        assertThat(rig.await(one).seq()).isEqualTo(2);
        assertThat(json(host, "gamma")).isEqualTo("{\"x\":\"2\"}");
        assertThat(rig.await(three).seq()).isEqualTo(3);
        assertThat(rig.reads().applied(host, Rig.SPOOL, 1)).isEqualTo(3);
        assertThat(rig.await(new Input.LastApplied(host, Rig.SPOOL, 1)).seq()).isEqualTo(3);
        assertThat(rig.await(new Input.LastApplied(host, "ff".repeat(16), 1)).seq())
                .isZero();
        assertThat(rig.reads().changes(host, InstanceKey.unnamed("gamma"), 10)).hasSize(2);
    }

    @Test
    void appliesManyRecordsHandedInAtOnceAsIfOneByOne() {
        HostId host = rig.enrolled("web-1");
        List<CompletableFuture<Outcome.Applied>> all = new ArrayList<>();
        for (long seq : LongStream.rangeClosed(1, 120).toArray()) {
            all.add(rig.offer(facts(host, seq, facts("gamma", Map.of("x", Long.toString(seq))))));
            all.add(rig.offer(facts(host, Math.max(1, seq - 3), facts("gamma", Map.of("x", "duplicate")))));
        }
        for (int i = 0; i < 120; i++) {
            assertThat(Rig.join(all.get(2 * i)).seq()).isEqualTo(i + 1);
        }
        assertThat(json(host, "gamma")).isEqualTo("{\"x\":\"120\"}");
        var changes = rig.reads().changes(host, InstanceKey.unnamed("gamma"), 1_000);
        assertThat(changes)
                .extracting(change -> change.seq())
                .containsExactly(
                        LongStream.iterate(119, n -> n - 1).limit(119).boxed().toArray(Long[]::new));
    }

    @Test
    void aFindingThatOpensAgainWithinOneCommitIsAnotherFinding() {
        HostId host = rig.enrolled("web-1");
        rig.await(facts(host, 1, facts("alpha", Map.of("r1", "pass", "round", "0"))));
        List<CompletableFuture<Outcome.Applied>> all = new ArrayList<>();
        for (long seq = 2; seq <= 41; seq++) {
            String verdict = seq % 2 == 0 ? "fail" : "pass";
            all.add(rig.offer(facts(host, seq, facts("alpha", Map.of("r1", verdict)))));
        }
        all.forEach(Rig::join);
        var opened = rig.reads().events(0, 1_000).stream()
                .filter(event -> event.type() == EventType.FINDING_OPENED)
                .map(event -> FindingJson.read(event.detail()).opened())
                .toList();
        assertThat(opened).hasSize(20).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void doesNothingButAdvanceWhereTheHashIsTheSame() {
        HostId host = rig.enrolled("web-1");
        rig.await(facts(host, 1, facts("alpha", Map.of("r1", "fail"))));
        long events = rig.reads().status().lastEvent();
        rig.advance(Duration.ofMinutes(1));
        assertThat(rig.await(facts(host, 2, facts("alpha", Map.of("r1", "fail"))))
                        .seq())
                .isEqualTo(2);
        assertThat(rig.reads().status().lastEvent()).isEqualTo(events);
        assertThat(rig.reads().changes(host, ALPHA, 10)).isEmpty();
        assertThat(rig.reads().facts(host, ALPHA).orElseThrow().since()).isBefore(rig.now);
    }

    @Test
    void opensAndClearsFindingsWithOneMailATransition() {
        HostId host = rig.enrolled("web-1");
        rig.await(facts(host, 1, facts("alpha", Map.of("r1", "pass", "r2", "pass"))));
        rig.advance(Duration.ofMinutes(1));
        rig.await(facts(host, 2, facts("alpha", Map.of("r1", "fail", "r2", "pass"))));
        List<Finding> open = rig.reads().findings(FindingFilter.open());
        assertThat(open).singleElement().satisfies(finding -> {
            assertThat(finding.rule()).isEqualTo(TestJudge.rule("alpha", 1));
            assertThat(finding.hostName()).isEqualTo("web-1");
            assertThat(finding.opened()).isEqualTo(rig.now);
            assertThat(finding.evidence().reads().getFirst().value().textValue())
                    .isEqualTo("fail");
        });
        assertThat(counts(host)).isEqualTo(new FindingCounts(0, 1, 0));
        rig.advance(Duration.ofMinutes(1));
        rig.await(facts(host, 3, facts("alpha", Map.of("r1", "pass", "r2", "pass"))));
        assertThat(rig.reads().findings(FindingFilter.open())).isEmpty();
        assertThat(counts(host)).isEqualTo(FindingCounts.NONE);
        List<Outbox.Row> rows = rig.apply.outbox(Outbox.MAIL).claim("w", rig.now, Duration.ofMinutes(1), 10);
        assertThat(rows)
                .extracting(row -> row.events().getFirst().type())
                .containsExactly(EventType.FINDING_OPENED, EventType.FINDING_CLEARED);
        Finding cleared = FindingJson.read(rows.get(1).events().getFirst().detail());
        assertThat(cleared.closed()).contains(rig.now);
        assertThat(cleared.opened()).isEqualTo(open.getFirst().opened());
        assertThat(rows.getFirst().events().getFirst().summary())
                .isEqualTo("web-1 out of compliance: alpha-r1 Rule 1 of alpha (medium)");
        assertThat(rig.reads()
                        .findings(
                                new FindingFilter(Optional.of(host), Optional.empty(), FindingFilter.State.CLOSED, 5)))
                .hasSize(1);
    }

    @Test
    void tellsAHostsFirstFindingsInOneSummaryUntilItIsClaimed() {
        HostId host = rig.enrolled("web-1");
        rig.advance(Duration.ofSeconds(1));
        rig.await(facts(host, 1, facts("alpha", Map.of("r1", "fail", "r2", "fail"))));
        rig.advance(Duration.ofSeconds(3));
        rig.await(facts(host, 2, facts("beta", Map.of("r3", "fail"))));
        Outbox outbox = rig.apply.outbox(Outbox.MAIL);
        assertThat(outbox.claim("w", rig.now.plusSeconds(6), Duration.ofMinutes(1), 10))
                .isEmpty();
        assertThat(outbox.nextDue()).isEqualTo(rig.now.plusSeconds(7));
        List<Outbox.Row> rows = outbox.claim("w", rig.now.plusSeconds(7), Duration.ofMinutes(1), 10);
        assertThat(rows)
                .singleElement()
                .satisfies(row -> assertThat(row.events())
                        .extracting(Event::type)
                        .containsExactly(EventType.FIRST_REPORT, EventType.FIRST_REPORT));
        assertThat(rows.getFirst().events().getFirst().detail().get("findings")).hasSize(2);
        assertThat(rig.events(EventType.FINDING_OPENED)).isEmpty();
        assertThat(rig.reads().findings(FindingFilter.open())).hasSize(3);
        rig.await(facts(host, 3, facts("beta", Map.of("r3", "fail", "r4", "fail"))));
        assertThat(outbox.claim("w", rig.now.plusSeconds(1), Duration.ofMinutes(1), 10))
                .singleElement()
                .satisfies(row -> assertThat(row.events().getFirst().type()).isEqualTo(EventType.FINDING_OPENED));
    }

    @Test
    void makesOneSummaryAHostOfFirstReportsInOneCommit() {
        HostId one = rig.enrolled("web-1");
        HostId two = rig.enrolled("web-2");
        var taken = List.of(
                rig.offer(facts(one, 1, facts("alpha", Map.of("r1", "fail")))),
                rig.offer(facts(two, 1, facts("alpha", Map.of("r1", "fail")))),
                rig.offer(facts(one, 2, facts("beta", Map.of("r1", "fail")))),
                rig.offer(facts(two, 2, facts("beta", Map.of("r1", "pass")))));
        taken.forEach(Rig::join);
        List<Outbox.Row> rows =
                rig.apply.outbox(Outbox.MAIL).claim("w", rig.now.plusSeconds(60), Duration.ofMinutes(1), 10);
        assertThat(rows).hasSize(2);
        assertThat(rows).extracting(row -> row.events().size()).containsExactlyInAnyOrder(2, 1);
    }

    @Test
    void beginsAnotherSummaryOnceTheFirstIsClaimed() {
        HostId host = rig.enrolled("web-1");
        rig.await(facts(host, 1, facts("alpha", Map.of("r1", "fail"))));
        Outbox outbox = rig.apply.outbox(Outbox.MAIL);
        Instant due = rig.now.plusSeconds(60);
        List<Outbox.Row> first = outbox.claim("w", due, Duration.ofMinutes(1), 10);
        rig.await(facts(host, 2, facts("beta", Map.of("r1", "fail"))));
        outbox.delivered(first, due);
        List<Outbox.Row> second = outbox.claim("w", due, Duration.ofMinutes(1), 10);
        assertThat(second)
                .singleElement()
                .satisfies(row ->
                        assertThat(row.id()).isNotEqualTo(first.getFirst().id()));
        assertThat(outbox.deliveredSince(due)).isEqualTo(1);
    }

    @Test
    void keepsDataAndVerdictsWhileDiscoveryIsImpaired() {
        HostId host = rig.enrolled("web-1");
        rig.advance(Duration.ofMinutes(1));
        rig.await(facts(host, 1, facts("alpha", Map.of("r1", "fail"))));
        Instant failed = rig.now;
        rig.advance(Duration.ofMinutes(1));
        rig.await(facts(host, 2, facts("alpha", FactsStatus.DENIED, Map.of())));
        rig.await(facts(host, 3, facts("alpha", FactsStatus.TIMEOUT, Map.of())));
        assertThat(rig.reads().facts(host, ALPHA).orElseThrow()).satisfies(stored -> {
            assertThat(stored.json()).isEqualTo("{\"r1\":\"fail\"}");
            assertThat(stored.facts().status()).isEqualTo(FactsStatus.TIMEOUT);
        });
        assertThat(rig.reads().findings(FindingFilter.open())).hasSize(1);
        assertThat(rig.reads().verdicts(host))
                .filteredOn(verdict -> verdict.rule().equals("alpha-r1"))
                .singleElement()
                .satisfies(verdict -> {
                    assertThat(verdict.verdict()).isEqualTo(Verdict.FAIL);
                    assertThat(verdict.since()).isEqualTo(failed);
                    assertThat(verdict.unknownSince()).contains(rig.now);
                });
        rig.await(facts(host, 4, facts("alpha", Map.of("r1", "fail"))));
        assertThat(rig.events(EventType.DISCOVERY_IMPAIRED)).hasSize(1);
        assertThat(rig.events(EventType.DISCOVERY_RECOVERED)).hasSize(1);
        assertThat(rig.events(EventType.FINDING_OPENED)).isEmpty();
        assertThat(rig.events(EventType.FINDING_CLEARED)).isEmpty();
    }

    @Test
    void readsFactsAsOfAnyInstant() {
        HostId host = rig.enrolled("web-1");
        Instant before = rig.now;
        rig.advance(Duration.ofMinutes(1));
        rig.await(facts(host, 1, facts("gamma", Map.of("x", "1"))));
        Instant first = rig.now;
        rig.advance(Duration.ofMinutes(1));
        rig.await(facts(host, 2, facts("gamma", FactsStatus.ERROR, Map.of())));
        Instant second = rig.now;
        rig.advance(Duration.ofMinutes(1));
        rig.await(facts(host, 3, facts("gamma", Map.of("x", "2"))));
        Instant third = rig.now;
        InstanceKey key = InstanceKey.unnamed("gamma");
        assertThat(rig.reads().factsAsOf(host, key, before)).isEmpty();
        var one = rig.reads().factsAsOf(host, key, first.plusSeconds(30)).orElseThrow();
        assertThat(one.json()).isEqualTo("{\"x\":\"1\"}");
        assertThat(one.since()).isEqualTo(first);
        assertThat(one.facts().status()).isEqualTo(FactsStatus.OK);
        var two = rig.reads().factsAsOf(host, key, second).orElseThrow();
        assertThat(two.json()).isEqualTo("{\"x\":\"1\"}");
        assertThat(two.facts().status()).isEqualTo(FactsStatus.ERROR);
        assertThat(two.since()).isEqualTo(second);
        assertThat(rig.reads()
                        .factsAsOf(host, key, third.plusSeconds(9))
                        .orElseThrow()
                        .json())
                .isEqualTo("{\"x\":\"2\"}");
    }

    @Test
    void seesNoChangeInNumbersThatOnlyCameInAnotherWidth() {
        HostId host = rig.enrolled("web-1");
        rig.await(facts(
                host,
                1,
                numbers(JsonNodeFactory.instance.objectNode().put("n", 5L).put("text", "a".repeat(99)))));
        rig.restart(new TestJudge("rules-1", 4));
        rig.await(facts(
                host,
                2,
                numbers(JsonNodeFactory.instance
                        .objectNode()
                        .put("n", 5L)
                        .put("m", 6L)
                        .put("text", "a".repeat(99)))));
        assertThat(rig.reads().changes(host, InstanceKey.unnamed("gamma"), 10))
                .singleElement()
                .satisfies(change ->
                        assertThat(change.patch().toString()).isEqualTo("[{\"op\":\"remove\",\"path\":\"/data/m\"}]"));
    }

    private static Facts numbers(ObjectNode data) {
        Facts some = facts("gamma", Map.of());
        return new Facts(
                some.key(),
                1,
                FactsStatus.OK,
                List.of(),
                List.of(),
                List.of(),
                data,
                Rig.START,
                Duration.ZERO,
                data.toString());
    }

    @Test
    void buriesWhatCannotBeAppliedAndGoesOn() {
        HostId host = rig.enrolled("web-1");
        var good = rig.offer(facts(host, 1, facts("gamma", Map.of("x", "1"))));
        var bad = rig.offer(facts(host, 2, facts("alpha", Map.of("boom", "1"))));
        var garbage = rig.offer(new Input.Undecodable(host, Rig.SPOOL, 1, 3, 99, "AAAA", "unknown\nrecord type"));
        var after = rig.offer(facts(host, 4, facts("gamma", Map.of("x", "4"))));
        assertThat(Rig.join(good).seq()).isEqualTo(1);
        assertThat(Rig.join(bad).seq()).isEqualTo(2);
        assertThat(Rig.join(garbage).seq()).isEqualTo(3);
        assertThat(Rig.join(after).seq()).isEqualTo(4);
        assertThat(json(host, "gamma")).isEqualTo("{\"x\":\"4\"}");
        assertThat(rig.reads().facts(host, ALPHA)).isEmpty();
        assertThat(rig.reads().deadLetters(10))
                .hasSize(2)
                .anySatisfy(letter -> {
                    assertThat(letter.seq()).isEqualTo(2);
                    assertThat(letter.recordType()).isEqualTo(3);
                    assertThat(letter.error()).contains("boom");
                })
                .anySatisfy(letter -> {
                    assertThat(letter.recordType()).isEqualTo(99);
                    assertThat(letter.error()).isEqualTo("unknown record type");
                });
        assertThat(rig.events(EventType.COLLECTOR_DEGRADED)).hasSize(2);
        assertThat(rig.reads().status().deadLetters()).isEqualTo(2);
    }

    @Test
    void refusesInputsOfHostsThatItDoesNotKnow() {
        HostId stranger = HostId.parse("01939c7e-0000-7000-8000-000000000000");
        assertThatThrownBy(() -> rig.await(facts(stranger, 1, facts("gamma", Map.of()))))
                .isInstanceOf(ApplyException.class)
                .hasMessageContaining("there is no host");
        assertThat(rig.reads().deadLetters(10)).isEmpty();
    }

    @Test
    void knowsAGoodbyeFromAReturn() {
        HostId host = rig.enrolled("web-1");
        rig.advance(Duration.ofMinutes(1));
        rig.await(new Input.Goodbye(host, Rig.SPOOL, 0, 1, "reboot\u0007", 1));
        assertThat(rig.reads().host("web-1").orElseThrow().status()).isEqualTo(HostStatus.SHUT_DOWN);
        rig.advance(Duration.ofMinutes(1));
        rig.await(Rig.hello(host, Rig.attributes("renamed")));
        var back = rig.reads().host(host.toString()).orElseThrow();
        assertThat(back.status()).isEqualTo(HostStatus.UP);
        assertThat(back.since()).isEqualTo(rig.now);
        assertThat(back.name()).isEqualTo("web-1");
        assertThat(back.attributes().names()).containsExactly("renamed");
        assertThat(rig.events(EventType.HOST_SHUT_DOWN).getFirst().summary()).isEqualTo("web-1 shut down: reboot ");
        assertThat(rig.events(EventType.HOST_UP)).hasSize(1);
    }

    @Test
    void goesOnAfterARestartWhereItStopped() {
        HostId host = rig.enrolled("web-1");
        rig.await(facts(host, 1, facts("alpha", Map.of("r1", "pass"))));
        rig.await(facts(host, 2, facts("alpha", Map.of("r1", "fail"))));
        var before = rig.reads().status();
        rig.now = Rig.START.minus(Duration.ofDays(1));
        rig.restart(new TestJudge("rules-1", 4));
        assertThat(rig.trusted)
                .singleElement()
                .satisfies(agent -> assertThat(agent.host()).isEqualTo(host));
        assertThat(rig.await(facts(host, 2, facts("alpha", Map.of("r1", "pass"))))
                        .seq())
                .isEqualTo(2);
        rig.await(facts(host, 3, facts("alpha", Map.of("r1", "pass"))));
        var after = rig.reads().status();
        assertThat(after.lastCommit()).isEqualTo(before.lastCommit().plusMillis(1));
        assertThat(after.lastEvent()).isEqualTo(before.lastEvent() + 1);
        assertThat(after.openFindings()).isEqualTo(FindingCounts.NONE);
        assertThat(rig.events())
                .extracting(Event::seq)
                .containsExactly(
                        LongStream.rangeClosed(1, after.lastEvent()).boxed().toArray(Long[]::new));
        assertThat(rig.told).extracting(Event::seq).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void judgesAllHostsAnewUnderAnotherRuleSetAndTellsOnce() {
        for (int i = 0; i < 7; i++) {
            HostId host = rig.enrolled("web-" + i);
            rig.await(facts(host, 1, facts("alpha", Map.of("r1", "fail", "r5", "fail"))));
        }
        int rows = rig.reads().status().outboxPending();
        rig.restart(new TestJudge("rules-2", 5));
        rig.await(new Input.CreateToken(1, rig.now));
        assertThat(rig.reads().status().ruleSetHash()).isEqualTo("rules-2");
        assertThat(rig.reads().findings(FindingFilter.open())).hasSize(14);
        assertThat(rig.reads().status().outboxPending()).isEqualTo(rows);
        assertThat(rig.events(EventType.RULES_CHANGED)).singleElement().satisfies(event -> {
            assertThat(event.detail().get("hosts").intValue()).isEqualTo(7);
            assertThat(event.detail().get("opened").intValue()).isEqualTo(7);
        });
        rig.restart(new TestJudge("rules-3", 0));
        rig.await(new Input.CreateToken(1, rig.now));
        assertThat(rig.reads().findings(FindingFilter.open())).isEmpty();
        assertThat(rig.reads().verdicts(rig.reads().host("web-0").orElseThrow().id()))
                .isEmpty();
        assertThat(rig.reads().status().openFindings()).isEqualTo(FindingCounts.NONE);
        rig.restart(new TestJudge("rules-3", 0));
        rig.await(new Input.CreateToken(1, rig.now));
        assertThat(rig.events(EventType.RULES_CHANGED)).hasSize(2);
    }

    @Test
    void saysWhenTheQueueIsFullAndWhenItHasRoom() {
        HostId host = rig.enrolled("web-1");
        rig.apply.close();
        var blocked = new CompletableFuture<Void>();
        var room = new CompletableFuture<Void>();
        var judging = new CompletableFuture<Void>();
        Judge slow = new BlockingJudge(judging, blocked);
        rig.apply =
                rig.start(slow, new ApplyConfig(EnrolmentPolicy.APPROVE, Set.of(), Duration.ZERO, 4, 1 << 20, 1 << 20));
        var first = rig.offer(facts(host, 1, facts("alpha", Map.of())));
        Rig.join(judging);
        for (long seq = 2; seq <= 5; seq++) {
            rig.offer(new Input.Nop(host, Rig.SPOOL, 1, seq));
        }
        assertThat(rig.apply.offer(new Input.Nop(host, Rig.SPOOL, 1, 6))).isEmpty();
        rig.apply.whenRoom(() -> room.complete(null));
        assertThat(room).isNotDone();
        blocked.complete(null);
        Rig.join(first);
        Rig.join(room);
        assertThat(rig.await(new Input.Nop(host, Rig.SPOOL, 1, 6)).seq()).isEqualTo(6);
    }

    @Test
    void recordsADeliveryThatWasRefused() {
        HostId host = rig.enrolled("web-1");
        rig.await(facts(host, 1, facts("alpha", Map.of("r1", "fail"))));
        Outbox outbox = rig.apply.outbox(Outbox.MAIL);
        Instant due = rig.now.plusSeconds(60);
        Outbox.Row row = outbox.claim("w", due, Duration.ofMinutes(1), 10).getFirst();
        assertThat(outbox.claim("other", due, Duration.ofMinutes(1), 10)).isEmpty();
        assertThat(outbox.claim("other", due.plusSeconds(60), Duration.ofMinutes(1), 10))
                .hasSize(1);
        outbox.voidClaims();
        assertThat(outbox.claim("next", due, Duration.ofMinutes(1), 10)).hasSize(1);
        outbox.retry(row, due.plusSeconds(300), "busy");
        assertThat(outbox.nextDue()).isEqualTo(due.plusSeconds(300));
        Outbox.Row again = outbox.claim("w", due.plusSeconds(300), Duration.ofMinutes(1), 10)
                .getFirst();
        assertThat(again.attempts()).isEqualTo(1);
        outbox.refused(again, due, "550 no such user");
        assertThat(outbox.claim("w", due.plus(Duration.ofDays(9)), Duration.ofMinutes(1), 10))
                .isEmpty();
        assertThat(outbox.nextDue()).isEqualTo(Instant.MAX);
        assertThat(rig.events(EventType.DELIVERY_REFUSED))
                .singleElement()
                .satisfies(event -> assertThat(event.summary()).isEqualTo("mail refused for good: 550 no such user"));
    }

    private String json(HostId host, String type) {
        return rig.reads().facts(host, InstanceKey.unnamed(type)).orElseThrow().json();
    }

    private FindingCounts counts(HostId host) {
        return rig.reads().host(host.toString()).orElseThrow().findings();
    }
}
