package dev.muster.collector.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.collector.graph.GraphReads;
import dev.muster.collector.graph.GraphReads.FindingFilter;
import dev.muster.collector.graph.TestGraph;
import dev.muster.collector.model.Event;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.Finding;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.InstanceKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random facts, in batches of random size and with restarts in between, against a model that remembers everything. */
@ResourceLock(TestGraph.LOCK)
final class HistoryModelTest {
    private static final List<String> VALUES = List.of("pass", "fail", "na", "unknown", "waived");

    /** What the model remembers of one report that counted. */
    private record Step(Instant at, FactsStatus status, Map<String, String> data) {}

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void tellsTheSameStoryAsAModelThatForgetsNothing(long seed) {
        var random = new Random(seed);
        try (Rig rig = new Rig()) {
            HostId host = rig.enrolled("web-1");
            List<Step> steps = new ArrayList<>();
            var model = new VerdictModel();
            Map<Instant, List<String>> failingAt = new TreeMap<>();
            long seq = 0;
            for (int round = 0; round < 25; round++) {
                rig.advance(Duration.ofSeconds(10));
                List<CompletableFuture<?>> taken = new ArrayList<>();
                for (int i = 1 + random.nextInt(4); i > 0; i--) {
                    Facts facts = facts(random);
                    taken.add(rig.offer(Rig.facts(host, ++seq, facts)));
                    remember(steps, model, rig, facts);
                }
                taken.forEach(Rig::join);
                failingAt.put(rig.now, model.failing());
                if (random.nextInt(8) == 0) {
                    rig.restart(new TestJudge("rules-1", 4));
                }
            }
            assertFactsAgree(rig.reads(), host, steps);
            assertFindingsAgree(rig, host, model);
            failingAt.forEach(
                    (round, failing) -> assertThat(rig.reads().findingsAsOf(FindingFilter.open(), round.plusSeconds(9)))
                            .extracting(finding -> finding.rule().id())
                            .containsExactlyInAnyOrderElementsOf(failing));
            assertEventsAgree(rig, model);
        }
    }

    private static Facts facts(Random random) {
        if (random.nextInt(5) == 0) {
            return Rig.facts("alpha", random.nextBoolean() ? FactsStatus.DENIED : FactsStatus.ERROR, Map.of());
        }
        var data = new TreeMap<String, String>();
        for (int rule = 1; rule <= 4; rule++) {
            data.put("r" + rule, VALUES.get(random.nextInt(VALUES.size())));
        }
        for (int i = random.nextInt(6); i > 0; i--) {
            data.put("extra/~" + random.nextInt(6), Integer.toString(random.nextInt(3)));
        }
        return Rig.facts("alpha", data);
    }

    private static void remember(List<Step> steps, VerdictModel model, Rig rig, Facts facts) {
        Map<String, String> data = new TreeMap<>();
        facts.data()
                .properties()
                .forEach(field -> data.put(field.getKey(), field.getValue().textValue()));
        boolean impaired = facts.status().impaired();
        Map<String, String> last = steps.isEmpty() ? Map.of() : steps.getLast().data();
        var step = new Step(rig.now, facts.status(), impaired ? last : data);
        if (!steps.isEmpty()
                && steps.getLast().status() == step.status()
                && steps.getLast().data().equals(step.data())) {
            return;
        }
        steps.add(step);
        for (int rule = 1; rule <= 4; rule++) {
            model.judged("alpha-r" + rule, impaired ? "unknown" : data.getOrDefault("r" + rule, "na"));
        }
    }

    /** A round's commits come within milliseconds of its clock; of several reports in a round the last one stands. */
    private static void assertFactsAgree(GraphReads reads, HostId host, List<Step> steps) {
        InstanceKey key = InstanceKey.unnamed("alpha");
        Map<Instant, Step> lastOfRound = new TreeMap<>();
        steps.forEach(step -> lastOfRound.put(step.at(), step));
        lastOfRound.forEach((round, step) -> {
            var stored = reads.factsAsOf(host, key, round.plusSeconds(9)).orElseThrow();
            assertThat(stored.facts().status()).isEqualTo(step.status());
            Map<String, String> data = new TreeMap<>();
            stored.facts()
                    .data()
                    .properties()
                    .forEach(field -> data.put(field.getKey(), field.getValue().textValue()));
            assertThat(data).isEqualTo(step.data());
        });
        assertThat(reads.changes(host, key, 10_000)).hasSize(steps.size() - 1);
    }

    private static void assertFindingsAgree(Rig rig, HostId host, VerdictModel model) {
        assertThat(rig.reads().findings(FindingFilter.open()))
                .extracting(finding -> finding.rule().id())
                .containsExactlyInAnyOrderElementsOf(model.failing());
        var any = new FindingFilter(Optional.of(host), Optional.empty(), FindingFilter.State.ANY, 10_000);
        List<Finding> all = rig.reads().findings(any);
        assertThat(all).hasSize(model.opened);
        assertThat(rig.reads().status().openFindings().total())
                .isEqualTo(model.failing().size());
    }

    private static void assertEventsAgree(Rig rig, VerdictModel model) {
        List<Event> events = rig.events();
        int told = 0;
        for (Event event : events) {
            told += switch (event.type()) {
                case FINDING_OPENED -> 1;
                case FIRST_REPORT -> event.detail().get("findings").size();
                default -> 0;
            };
        }
        assertThat(told).isEqualTo(model.opened);
        assertThat(rig.events(EventType.FINDING_CLEARED)).hasSize(model.cleared);
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).seq()).isEqualTo(i + 1);
        }
        assertThat(events).extracting(Event::at).isSorted();
    }

    /** The rules of transitions in their shortest form. */
    private static final class VerdictModel {
        private final Map<String, String> known = new HashMap<>();
        private int opened;
        private int cleared;

        void judged(String rule, String verdict) {
            if (verdict.equals("unknown")) {
                return;
            }
            String before = known.getOrDefault(rule, "none");
            known.put(rule, verdict);
            if (verdict.equals("fail") && !before.equals("fail")) {
                opened++;
            }
            if (before.equals("fail") && (verdict.equals("pass") || verdict.equals("na"))) {
                cleared++;
            }
        }

        List<String> failing() {
            return known.entrySet().stream()
                    .filter(entry -> entry.getValue().equals("fail"))
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }
}
