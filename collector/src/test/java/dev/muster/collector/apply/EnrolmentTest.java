package dev.muster.collector.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.collector.apply.Outcome.Enrolment.Pending;
import dev.muster.collector.apply.Outcome.Enrolment.Refused;
import dev.muster.collector.apply.Outcome.Enrolment.Trusted;
import dev.muster.collector.graph.GraphReads.QueryLimits;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.Host;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.KnownAgent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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

    private Outcome.Enrolment approve(String key, Optional<HostId> as) {
        return rig.await(new Input.Approve("cHVibGlj" + key, key, Rig.attributes("web-1"), as));
    }

    private String token(int uses) {
        return rig.await(new Input.CreateToken(uses, rig.now.plus(Duration.ofHours(1))))
                .token();
    }

    private Outcome.Enrolment enrol(String name, String key, String token) {
        return rig.await(Rig.enrol(name, key, Optional.of(token)));
    }
}
