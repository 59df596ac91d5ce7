package dev.muster.collector.apply;

import static dev.muster.collector.apply.Rig.facts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.collector.graph.Graph;
import dev.muster.collector.graph.GraphReads.FindingFilter;
import dev.muster.collector.graph.Ledger;
import dev.muster.collector.graph.TestGraph;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.InstanceKey;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The connection to the graph goes away in the middle of a commit. */
@ResourceLock(TestGraph.LOCK)
final class CommitFaultTest {
    @ParameterizedTest(name = "before statement {0}")
    @ValueSource(ints = {1, 3, 6, 8, 10})
    void leavesNothingHalfAppliedWhereverTheConnectionBreaks(int broken) {
        try (Rig rig = new Rig()) {
            HostId host = rig.enrolled("web-1");
            rig.await(facts(host, 1, facts("alpha", Map.of("r1", "pass"))));
            var before = rig.reads().status();
            rig.apply.close();
            Graph doomed = rig.test.reopened();
            var left = new AtomicInteger(broken);
            Ledger ledger = rig.test.breaking(doomed, () -> {
                if (left.decrementAndGet() == 0) {
                    doomed.close();
                }
            });
            rig.apply = Apply.start(doomed, ledger, new TestJudge("rules-1", 4), Rig.config(), rig.surroundings());
            CompletableFuture<Outcome.Applied> failed = rig.offer(facts(host, 2, facts("alpha", Map.of("r1", "fail"))));
            assertThatThrownBy(() -> Rig.join(failed)).isInstanceOf(ApplyException.class);
            assertThatThrownBy(() -> rig.await(new Input.Nop(host, Rig.SPOOL, 1, 3)))
                    .isInstanceOf(ApplyException.class)
                    .hasMessageContaining("stops");
            assertThat(rig.reads().status()).isEqualTo(before);
            assertThat(rig.reads().applied(host, Rig.SPOOL, 1)).isEqualTo(1);
            assertThat(rig.reads().findings(FindingFilter.open())).isEmpty();
            assertThat(rig.reads().changes(host, InstanceKey.unnamed("alpha"), 10))
                    .isEmpty();
            rig.restart(new TestJudge("rules-1", 4));
            assertThat(rig.await(facts(host, 2, facts("alpha", Map.of("r1", "fail"))))
                            .seq())
                    .isEqualTo(2);
            assertThat(rig.reads().findings(FindingFilter.open())).hasSize(1);
        }
    }

    /** As when the answer to a commit was lost: the graph has moved on while the worker still decides. */
    @Test
    void decidesAnewWhereTheGraphMovedOnMeanwhile() {
        try (Rig rig = new Rig();
                Graph second = rig.test.reopened()) {
            HostId host = rig.enrolled("web-1");
            rig.apply.close();
            var judging = new CompletableFuture<Void>();
            var letGo = new CompletableFuture<Void>();
            rig.apply = rig.start(new BlockingJudge(judging, letGo), Rig.config());
            CompletableFuture<Outcome.Applied> late = rig.offer(facts(host, 1, facts("alpha", Map.of("r1", "pass"))));
            Rig.join(judging);
            try (Apply other = Apply.start(second, new TestJudge("rules-1", 4), Rig.config(), rig.surroundings())) {
                var first = facts(host, 1, facts("alpha", Map.of("r1", "fail")));
                assertThat(Rig.join(other.offer(first).orElseThrow().toCompletableFuture())
                                .seq())
                        .isEqualTo(1);
            }
            letGo.complete(null);
            assertThat(Rig.join(late).seq()).isEqualTo(1);
            assertThat(rig.reads()
                            .facts(host, InstanceKey.unnamed("alpha"))
                            .orElseThrow()
                            .json())
                    .isEqualTo("{\"r1\":\"fail\"}");
            assertThat(rig.reads().findings(FindingFilter.open())).hasSize(1);
        }
    }
}
