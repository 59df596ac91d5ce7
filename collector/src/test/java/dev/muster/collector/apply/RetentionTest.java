package dev.muster.collector.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.collector.graph.Retention;
import dev.muster.collector.graph.TestGraph;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.InstanceKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock(TestGraph.LOCK)
final class RetentionTest {
    private static final InstanceKey ALPHA = InstanceKey.unnamed("alpha");

    @Test
    void dropsHistoryThatIsOldAndNeverAnswersFromWhatIsLeft() {
        try (Rig rig = new Rig()) {
            HostId host = rig.enrolled("web-1");
            for (int month = 0; month < 24; month++) {
                rig.await(Rig.facts(host, month + 1, Rig.facts("alpha", Map.of("month", Integer.toString(month)))));
                rig.advance(Duration.ofDays(30));
            }
            Instant horizon = rig.now.minus(Duration.ofDays(400));
            int events = rig.events().size();
            Retention.Dropped dropped =
                    rig.graph().retention(Retention.Periods.DEFAULT).run(rig.now);
            assertThat(dropped.changes()).isPositive();
            assertThat(dropped.events()).isPositive();
            assertThat(rig.events()).hasSize(events - (int) dropped.events());
            for (int month = 0; month < 24; month++) {
                Instant at = Rig.START.plus(Duration.ofDays(30L * month + 1));
                var then = rig.reads().factsAsOf(host, ALPHA, at).map(facts -> facts.json());
                if (at.isBefore(horizon)) {
                    assertThat(then).as("%s", at).isEmpty();
                } else {
                    assertThat(then).contains("{\"month\":\"" + month + "\"}");
                }
            }
            assertThat(rig.reads().factsAsOf(host, ALPHA, horizon)).isPresent();
            assertThat(rig.reads().changes(host, ALPHA, 100))
                    .allMatch(change -> !change.at().isBefore(horizon));
            assertThat(rig.graph()
                            .retention(Retention.Periods.DEFAULT)
                            .run(rig.now)
                            .total())
                    .isZero();
        }
    }

    @Test
    void goesOnAfterwardsAsIfNothingHadBeenDropped() {
        try (Rig rig = new Rig()) {
            HostId host = rig.enrolled("web-1");
            rig.await(Rig.facts(host, 1, Rig.facts("alpha", Map.of("a", "1"))));
            rig.await(Rig.facts(host, 2, Rig.facts("alpha", Map.of("a", "2"))));
            rig.advance(Duration.ofDays(500));
            rig.graph().retention(Retention.Periods.DEFAULT).run(rig.now);
            assertThat(rig.reads().changes(host, ALPHA, 10)).isEmpty();
            Instant before = rig.now;
            assertThat(rig.reads().factsAsOf(host, ALPHA, before)).isPresent();
            rig.advance(Duration.ofDays(1));
            rig.await(Rig.facts(host, 3, Rig.facts("alpha", Map.of("a", "3"))));
            assertThat(rig.reads().factsAsOf(host, ALPHA, before).orElseThrow().json())
                    .isEqualTo("{\"a\":\"2\"}");
            assertThat(rig.reads().changes(host, ALPHA, 10))
                    .extracting(change -> change.seq())
                    .isEqualTo(List.of(2L));
        }
    }
}
