package dev.muster.collector.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.collector.apply.Input.SummedUp;
import dev.muster.collector.apply.Outcome.Compared;
import dev.muster.collector.graph.GraphReads.InstanceReport;
import dev.muster.collector.graph.TestGraph;
import dev.muster.collector.model.Event;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Verification;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock(TestGraph.LOCK)
final class SummariesTest {
    private static final Facts ALPHA = Rig.facts("alpha", Map.of("r1", "fail"));
    private static final Facts BETA = Rig.facts("beta", Map.of("r1", "pass"));
    private static final Map<InstanceKey, String> BOTH = Map.of(ALPHA.key(), ALPHA.hash(), BETA.key(), BETA.hash());
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private Rig rig;
    private HostId host;

    @BeforeEach
    void start() {
        rig = new Rig();
        host = rig.enrolled("web-1");
        rig.await(Rig.facts(host, 1, ALPHA));
        rig.await(Rig.facts(host, 2, BETA));
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void anEqualSummaryVerifiesTheHostWithoutAnEvent() {
        int events = rig.events().size();
        rig.advance(Duration.ofHours(1));
        assertThat(rig.await(summary(2, BOTH, ran(ALPHA, MINUTE)))).isEqualTo(Compared.SAME);
        assertThat(verification().verified()).hasValue(rig.now);
        assertThat(verification().stale()).isZero();
        assertThat(report("alpha").lastRun().at()).isEqualTo(rig.now.minus(MINUTE));
        assertThat(report("alpha").lastRun().every()).hasValue(MINUTE);
        assertThat(report("beta").lastRun().every())
                .as("it has not run since the agent started")
                .isEmpty();
        assertThat(rig.events()).hasSize(events);
        rig.restart(new TestJudge("rules-1", 4));
        rig.await(new Input.Nop(host, Rig.SPOOL, 1, 3));
        assertThat(verification().verified()).as("it survives a restart").isPresent();
    }

    @Test
    void aDifferentSummaryDoesNot() {
        assertThat(rig.await(summary(2, Map.of(ALPHA.key(), ALPHA.hash())))).isEqualTo(Compared.DIFFERENT);
        assertThat(verification()).isEqualTo(Verification.NONE);
    }

    @Test
    void aSummaryOfOtherRecordsSaysNothing() {
        assertThat(rig.await(summary(1, BOTH))).isEqualTo(Compared.NOT_COMPARABLE);
        assertThat(rig.await(summary(3, BOTH))).isEqualTo(Compared.NOT_COMPARABLE);
        assertThat(rig.await(list(3, Map.of())).instances()).isEmpty();
        assertThat(report("alpha").hash()).isEqualTo(ALPHA.hash());
        rig.await(new Input.Retire(host));
        assertThat(rig.await(summary(2, BOTH))).isEqualTo(Compared.NOT_COMPARABLE);
    }

    @Test
    void onlyWhatDiffersIsMissing() {
        InstanceKey gamma = InstanceKey.unnamed("gamma");
        InstanceKey pending = InstanceKey.unnamed("pending");
        Outcome.Missing missing = rig.await(list(
                2,
                Map.of(
                        ALPHA.key(),
                        Optional.of(ALPHA.hash()),
                        BETA.key(),
                        Optional.of("00".repeat(32)),
                        gamma,
                        Optional.of("11".repeat(32)),
                        pending,
                        Optional.empty())));
        assertThat(missing.instances()).containsExactly(BETA.key(), gamma);
    }

    @Test
    void whatHasNotRunInANewSpoolYetIsLeftAlone() {
        assertThat(rig.await(list(2, Map.of(ALPHA.key(), Optional.empty(), BETA.key(), Optional.empty())))
                        .instances())
                .isEmpty();
        assertThat(report("alpha").hash()).isEqualTo(ALPHA.hash());
        assertThat(report("alpha").status()).isEqualTo(FactsStatus.OK);
    }

    @Test
    void whatTheAgentNoLongerDiscoversIsGoneAndMayReturn() {
        rig.await(list(2, Map.of(BETA.key(), Optional.of(BETA.hash()))));
        assertThat(report("alpha").status()).isEqualTo(FactsStatus.ABSENT);
        assertThat(report("alpha").hash()).isEmpty();
        assertThat(rig.events(EventType.FINDING_CLEARED)).hasSize(1);
        assertThat(rig.reads().factsAsOf(host, ALPHA.key(), Rig.START.plusSeconds(1)))
                .as("its history stays")
                .isPresent();
        assertThat(rig.await(summary(2, Map.of(BETA.key(), BETA.hash())))).isEqualTo(Compared.SAME);

        int events = rig.events().size();
        rig.await(list(2, Map.of(BETA.key(), Optional.of(BETA.hash()))));
        assertThat(rig.events()).as("once").hasSize(events);

        assertThat(rig.await(list(2, present())).instances()).containsExactly(ALPHA.key());
        rig.await(Rig.facts(host, 3, ALPHA));
        assertThat(rig.await(summary(3, BOTH))).isEqualTo(Compared.SAME);
        assertThat(report("alpha").status()).isEqualTo(FactsStatus.OK);
    }

    @Test
    void aScriptThatHangsIsStaleWithItsAge() {
        rig.advance(Duration.ofHours(3));
        assertThat(rig.await(summary(2, BOTH, ran(ALPHA, Duration.ofHours(2)), ran(BETA, MINUTE))))
                .isEqualTo(Compared.SAME);
        assertThat(report("alpha").lastRun().isStale()).isTrue();
        assertThat(report("alpha").lastRun().at()).isEqualTo(rig.now.minus(Duration.ofHours(2)));
        assertThat(rig.reads()
                        .facts(host, ALPHA.key())
                        .orElseThrow()
                        .lastRun()
                        .orElseThrow()
                        .isStale())
                .isTrue();
        assertThat(report("beta").lastRun().isStale()).isFalse();
        assertThat(verification().stale()).isEqualTo(1);
        rig.await(summary(2, BOTH, ran(ALPHA, MINUTE)));
        assertThat(verification().stale()).isZero();
    }

    @Test
    void stateOfAnAgentThatWentBackIsToldByMail() {
        rig.await(new SummedUp(host, "ff".repeat(16), 1, 0, hashes -> false, SummedUp.WentBack.AGENT, List.of()));
        Event event = rig.events(EventType.HOST_STATE_WENT_BACK).getFirst();
        assertThat(event.summary()).startsWith("web-1 had its agent's state set back");
        assertThat(rig.reads().status().outboxPending()).isPositive();
    }

    private static SummedUp.Run ran(Facts facts, Duration age) {
        return new SummedUp.Run(facts.key(), age, MINUTE);
    }

    private SummedUp summary(long seq, Map<InstanceKey, String> own, SummedUp.Run... runs) {
        return new SummedUp(host, Rig.SPOOL, 1, seq, own::equals, SummedUp.WentBack.NO, List.of(runs));
    }

    private Input.Listed list(long seq, Map<InstanceKey, Optional<String>> hashes) {
        return new Input.Listed(host, Rig.SPOOL, 1, seq, hashes);
    }

    private static Map<InstanceKey, Optional<String>> present() {
        return Map.of(ALPHA.key(), Optional.of(ALPHA.hash()), BETA.key(), Optional.of(BETA.hash()));
    }

    private Verification verification() {
        return rig.reads().host("web-1").orElseThrow().verification();
    }

    private InstanceReport report(String type) {
        return rig.reads().instances(host).stream()
                .filter(report -> report.key().type().equals(type))
                .findFirst()
                .orElseThrow();
    }
}
