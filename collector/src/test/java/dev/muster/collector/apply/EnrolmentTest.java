package dev.muster.collector.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.collector.apply.Outcome.Command.Done;
import dev.muster.collector.apply.Outcome.Enrolment.Pending;
import dev.muster.collector.apply.Outcome.Enrolment.Refused;
import dev.muster.collector.apply.Outcome.Enrolment.Trusted;
import dev.muster.collector.graph.GraphReads.QueryLimits;
import dev.muster.collector.graph.TestGraph;
import dev.muster.collector.model.Event;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.Host;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.HostStatus;
import dev.muster.collector.model.KnownAgent;
import dev.muster.collector.model.Outbox;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock(TestGraph.LOCK)
final class EnrolmentTest {
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
    void theNextKeySpeaksForTheSameHostAndEndsTheFirstWithItsFirstSession() {
        HostId host = rig.enrolled("web-1");
        rig.await(next(host, 1, "key-web-1", "k2"));
        assertThat(rig.trusted).extracting(KnownAgent::keyId).containsExactly("key-web-1", "k2");
        assertThat(rig.revoked).isEmpty();
        rig.await(next(host, 2, "key-web-1", "k2"));
        assertThat(rig.trusted).as("told twice").hasSize(2);
        rig.await(hello(host, "key-web-1"));
        assertThat(rig.revoked).as("it was restarted before it heard").isEmpty();
        rig.restart(new TestJudge("rules-1", 4));
        rig.await(hello(host, "k2"));
        assertThat(rig.revoked).containsExactly("key-web-1");
        rig.await(hello(host, "k2"));
        assertThat(rig.events(EventType.AGENT_KEY_CHANGED))
                .singleElement()
                .satisfies(event ->
                        assertThat(event.summary()).isEqualTo("web-1 has a new key k2; the one before is revoked"));
        assertThat(rig.reads().agents()).extracting(KnownAgent::keyId).containsExactly("k2");
        rig.restart(new TestJudge("rules-1", 4));
        assertThat(rig.trusted).extracting(KnownAgent::keyId).containsExactly("k2");
        assertThat(rig.await(Rig.enrol("web-1", "key-web-1", Optional.empty()))).isInstanceOf(Refused.class);
    }

    @Test
    void aKeyThatWasNeverUsedEndsWithTheOneThatNamedIt() {
        HostId host = rig.enrolled("web-1");
        rig.await(next(host, 1, "key-web-1", "k2"));
        rig.await(next(host, 2, "key-web-1", "k3"));
        assertThat(rig.revoked).as("the last word holds").containsExactly("k2");
        rig.await(new Input.Revoke("key-web-1"));
        assertThat(rig.revoked).containsExactlyInAnyOrder("k2", "k3", "key-web-1");
        assertThat(rig.reads().agents()).isEmpty();
    }

    @Test
    void nobodyTakesAKeyThatIsAnothersForItsNext() {
        HostId host = rig.enrolled("web-1");
        rig.enrolled("web-2");
        rig.await(Rig.enrol("web-3", "waits", Optional.empty()));
        rig.await(next(host, 1, "key-web-1", "key-web-2"));
        rig.await(next(host, 2, "key-web-1", "waits"));
        rig.await(next(host, 3, "key-web-2", "k9"));
        assertThat(rig.reads().deadLetters(10)).hasSize(3);
        assertThat(rig.reads().agents()).extracting(KnownAgent::keyId).containsExactly("key-web-1", "key-web-2");
    }

    private static Input.KeyNext next(HostId host, long seq, String present, String next) {
        return new Input.KeyNext(host, Rig.SPOOL, 0, seq, present, "cHVibGlj" + next, next);
    }

    private static Input.HelloSeen hello(HostId host, String key) {
        var from = new InetSocketAddress("192.0.2.1", 1984);
        return new Input.HelloSeen(host, Rig.attributes("web-1"), from, 1, Input.HelloSeen.LastRun.UNKNOWN, key);
    }

    @Test
    void aKeyThatTwoMachinesUseIsRevokedAndTheMailSaysWhatToDo() {
        HostId host = rig.enrolled("web-1");
        var cloned = new Input.Cloned(
                "key-web-1",
                List.of(new Input.Cloned.Use("192.0.2.1", "aa", "b1"), new Input.Cloned.Use("192.0.2.2", "bb", "b2")));
        assertThat(rig.await(cloned)).isInstanceOf(Outcome.Command.Done.class);
        assertThat(rig.revoked).containsExactly("key-web-1");
        Event event = rig.events(EventType.HOST_CLONE).getFirst();
        assertThat(event.host()).hasValue(host);
        assertThat(event.summary())
                .isEqualTo("web-1 is two machines: 192.0.2.1 and 192.0.2.2 use one key. Both were shut out");
        assertThat(event.detail().path("machines")).hasSize(2);
        assertThat(event.detail().path("whatToDo").asText()).contains("remove state/agent.key", "--as web-1");
        assertThat(rig.reads().status().outboxPending()).isEqualTo(1);
        assertThat(rig.await(cloned)).as("once").isInstanceOf(Outcome.Command.Refused.class);
        assertThat(rig.await(Rig.enrol("web-1", "key-web-1", Optional.empty())))
                .isInstanceOf(Outcome.Enrolment.Refused.class);
    }

    @Test
    void bindsAKeyToANewHostAndCountsTheUse() {
        String token = token(1);
        Trusted trusted = (Trusted) enrol("web-1", "k1", token);
        assertThat(trusted.hostName()).isEqualTo("web-1");
        assertThat(trusted.host().value().version()).isEqualTo(7);
        assertThat(trusted.host().value().variant()).isEqualTo(2);
        assertThat(rig.trusted).containsExactly(new KnownAgent("k1", "cHVibGljk1", trusted.host(), "web-1"));
        assertThat(rig.reads().agents()).isEqualTo(rig.trusted);
        assertThat(rig.events(EventType.HOST_NEW)).hasSize(1);
        assertThat(enrol("web-1", "k1", token)).isEqualTo(trusted);
        assertThat(enrol("web-2", "k2", token)).isEqualTo(new Refused("the token is spent"));
        assertThat(rig.reads().hosts()).hasSize(1);
    }

    @Test
    void letsExactlyAsManyInAsATokenHasUsesHoweverManyAskAtOnce() {
        String token = token(3);
        List<CompletableFuture<Outcome.Enrolment>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(rig.offer(Rig.enrol("web-" + i, "k" + i, Optional.of(token))));
        }
        List<Outcome.Enrolment> outcomes = all.stream().map(Rig::join).toList();
        assertThat(outcomes).filteredOn(Trusted.class::isInstance).hasSize(3);
        assertThat(outcomes).filteredOn(Refused.class::isInstance).hasSize(17);
        assertThat(rig.reads().hosts()).hasSize(3);
        assertThat(enrol("late", "late", token)).isInstanceOf(Refused.class);
        rig.restart(new TestJudge("rules-1", 4));
        assertThat(enrol("later", "later", token)).isEqualTo(new Refused("the token is spent"));
    }

    @Test
    void refusesTokensThatAreExpiredOrUnknown() {
        String token = token(5);
        assertThat(enrol("web-1", "k1", "no-such-token")).isEqualTo(new Refused("the token is unknown"));
        rig.advance(Duration.ofHours(2));
        assertThat(enrol("web-1", "k1", token)).isEqualTo(new Refused("the token has expired"));
        assertThat(rig.reads().hosts()).isEmpty();
    }

    @Test
    void storesNoTokenButItsHash() {
        String token = token(5);
        String everything = rig.reads()
                .query("MATCH (n) RETURN n", Map.of(), QueryLimits.DEFAULT)
                .rows()
                .toString();
        assertThat(everything).contains("usesLeft").doesNotContain(token);
        assertThat(new Outcome.TokenCreated(token).toString()).doesNotContain(token);
        assertThat(Rig.enrol("web-1", "k1", Optional.of(token)).toString()).doesNotContain(token);
    }

    @Test
    void makesAKeyWithoutATokenWaitAndTellsOnce() {
        assertThat(rig.await(Rig.enrol("web-1", "k1", Optional.empty()))).isEqualTo(new Pending());
        assertThat(rig.await(Rig.enrol("web-1", "k1", Optional.empty()))).isEqualTo(new Pending());
        assertThat(rig.events(EventType.HOST_PENDING)).hasSize(1);
        assertThat(rig.reads().hosts()).isEmpty();
        Outcome.Enrolment approved = approve("k1", Optional.empty());
        assertThat(approved).isInstanceOf(Trusted.class);
        assertThat(rig.await(Rig.enrol("web-1", "k1", Optional.empty()))).isEqualTo(approved);
    }

    @Test
    void showsEveryHostByItsOwnName() {
        String token = token(5);
        enrol("web-1", "k1", token);
        enrol("web-1", "k2", token);
        enrol("web-1", "k3", token);
        enrol("../<b>\n", "k4", token);
        enrol("", "k5", token);
        assertThat(rig.reads().hosts())
                .extracting(Host::name)
                .containsExactly("..--b--", "host", "web-1", "web-1-2", "web-1-3");
    }

    @Test
    void findsAHostByItsIdEvenWhereAnotherHasThatName() {
        String token = token(5);
        HostId real = ((Trusted) enrol("web-1", "k1", token)).host();
        enrol(real.toString(), "k2", token);
        assertThat(rig.reads().host(real.toString()).orElseThrow().name()).isEqualTo("web-1");
        assertThat(rig.reads().host("nobody")).isEmpty();
    }

    @Test
    void bindsANewKeyToAnOldHostAndRevokesTheOldOne() {
        HostId host = rig.enrolled("web-1");
        Outcome.Enrolment outcome = approve("k2", Optional.of(host));
        assertThat(outcome).isEqualTo(new Trusted(host, "web-1"));
        assertThat(rig.revoked).containsExactly("key-web-1");
        assertThat(rig.reads().agents()).extracting(KnownAgent::keyId).containsExactly("k2");
        assertThat(rig.await(Rig.enrol("web-1", "key-web-1", Optional.of(token(1)))))
                .isInstanceOf(Refused.class);
        rig.restart(new TestJudge("rules-1", 4));
        assertThat(rig.trusted).extracting(KnownAgent::keyId).containsExactly("k2");
        assertThat(rig.await(Rig.enrol("web-1", "key-web-1", Optional.empty()))).isInstanceOf(Refused.class);
    }

    @Test
    void approvesOnlyKeysThatWait() {
        assertThat(rig.await(new Input.Approve("k1", Optional.empty()))).isInstanceOf(Refused.class);
        rig.await(Rig.enrol("web-1", "k1", Optional.empty()));
        assertThat(rig.apply.pending()).singleElement().satisfies(agent -> {
            assertThat(agent.keyId()).isEqualTo("k1");
            assertThat(agent.address()).isEqualTo("192.0.2.1");
            assertThat(agent.attributes().names()).containsExactly("web-1");
        });
        rig.await(new Input.Approve("k1", Optional.empty()));
        assertThat(rig.apply.pending()).isEmpty();
        rig.await(Rig.enrol("web-2", "k2", Optional.empty()));
        rig.advance(Duration.ofHours(25));
        assertThat(rig.apply.pending()).isEmpty();
    }

    @Test
    void aRevokedKeySpeaksForNobodyAndItsHostStays() {
        HostId host = rig.enrolled("web-1");
        assertThat(rig.await(new Input.Revoke("key-web-1"))).isEqualTo(new Done(host, "web-1"));
        assertThat(rig.revoked).containsExactly("key-web-1");
        assertThat(rig.reads().agents()).isEmpty();
        assertThat(rig.reads().hosts()).hasSize(1);
        assertThat(rig.events(EventType.AGENT_REVOKED)).hasSize(1);
        assertThat(rig.await(new Input.Revoke("key-web-1"))).isInstanceOf(Outcome.Command.Refused.class);
    }

    @Test
    void aHostKeepsItsIdUnderAnotherNameThatNobodyElseHas() {
        HostId host = rig.enrolled("web-1");
        rig.enrolled("web-2");
        assertThat(rig.await(new Input.Rename(host, "front"))).isEqualTo(new Done(host, "front"));
        assertThat(rig.reads().host("front").orElseThrow().id()).isEqualTo(host);
        assertThat(rig.await(new Input.Rename(host, "web-2"))).isInstanceOf(Outcome.Command.Refused.class);
        assertThat(rig.await(new Input.Rename(host, "a b"))).isInstanceOf(Outcome.Command.Refused.class);
        rig.restart(new TestJudge("rules-1", 4));
        assertThat(rig.trusted).extracting(KnownAgent::hostName).containsExactlyInAnyOrder("front", "web-2");
        assertThat(((Trusted) enrol("web-1", "k9", token(1))).hostName()).isEqualTo("web-1");
    }

    @Test
    void aRetiredHostIsHistoryAndItsNameIsFree() {
        HostId host = rig.enrolled("web-1");
        rig.await(Rig.facts(host, 1, Rig.facts("alpha", Map.of("r1", "fail"))));
        int mails = rig.apply
                .outbox(Outbox.MAIL)
                .claim("w", rig.now.plusSeconds(60), Duration.ofMinutes(1), 10)
                .size();
        assertThat(rig.await(new Input.Retire(host))).isEqualTo(new Done(host, "web-1-retired"));
        assertThat(rig.revoked).containsExactly("key-web-1");
        assertThat(rig.reads().host("web-1-retired").orElseThrow()).satisfies(retired -> {
            assertThat(retired.status()).isEqualTo(HostStatus.RETIRED);
            assertThat(retired.findings().total()).isZero();
        });
        assertThat(rig.await(Rig.facts(host, 2, Rig.facts("alpha", Map.of("r1", "pass")))))
                .isEqualTo(new Outcome.Applied(1));
        assertThat(rig.apply
                        .outbox(Outbox.MAIL)
                        .claim("w", rig.now.plus(Duration.ofDays(1)), Duration.ofMinutes(1), 10))
                .hasSize(mails);
        assertThat(rig.await(new Input.Retire(host))).isInstanceOf(Outcome.Command.Refused.class);
        rig.restart(new TestJudge("rules-2", 4));
        assertThat(((Trusted) enrol("web-1", "k9", token(1))).hostName()).isEqualTo("web-1");
        assertThat(rig.reads().host("web-1-retired").orElseThrow().findings().total())
                .isZero();
    }

    private Outcome.Enrolment approve(String key, Optional<HostId> as) {
        rig.await(Rig.enrol("web-1", key, Optional.empty()));
        return rig.await(new Input.Approve(key, as));
    }

    private String token(int uses) {
        return rig.await(new Input.CreateToken(uses, rig.now.plus(Duration.ofHours(1))))
                .token();
    }

    private Outcome.Enrolment enrol(String name, String key, String token) {
        return rig.await(Rig.enrol(name, key, Optional.of(token)));
    }
}
