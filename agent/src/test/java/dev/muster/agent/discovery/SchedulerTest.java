package dev.muster.agent.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SchedulerTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MINUTE = 60 * SECOND;

    private final Scheduler scheduler = new Scheduler(42, 2);

    @Test
    void runsANewInstanceWithinTwoSeconds() {
        scheduler.plan(List.of(plan("os", 60)), 0);
        assertThat(scheduler.nextDueNanos(0).getAsLong()).isBetween(0L, 2 * SECOND);
        assertThat(scheduler.start(2 * SECOND)).map(PlannedInstance::key).contains(InstanceKey.of("os"));
    }

    @Test
    void runsAgainAnIntervalAfterTheEndAndNotAfterTheStart() {
        scheduler.plan(List.of(plan("os", 60)), 0);
        scheduler.start(2 * SECOND);
        scheduler.completed(InstanceKey.of("os"), 12 * SECOND, 0);
        long due = scheduler.nextDueNanos(12 * SECOND).getAsLong();
        assertThat(due).isBetween(12 * SECOND + 54 * SECOND, 12 * SECOND + 66 * SECOND);
        assertThat(scheduler.start(due - 1)).isEmpty();
        assertThat(scheduler.start(due)).isPresent();
    }

    @Test
    void stretchesWhatCostsMuchUnlessAnAdministratorSaysHowOften() {
        var told = plan("told", 60).every(Duration.ofSeconds(2));
        scheduler.plan(List.of(plan("dear", 2), told), 0);
        scheduler.start(2 * SECOND);
        scheduler.start(2 * SECOND);
        scheduler.completed(InstanceKey.of("dear"), 3 * SECOND, 30);
        scheduler.completed(InstanceKey.of("told"), 3 * SECOND, 30);
        assertThat(scheduler.effectiveInterval(InstanceKey.of("dear"))).isEqualTo(Duration.ofSeconds(30));
        assertThat(scheduler.effectiveInterval(InstanceKey.of("told"))).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void jittersTheSameOnOneHostAndDifferentlyOnAnother() {
        assertThat(firstDue(1)).isEqualTo(firstDue(1)).isNotEqualTo(firstDue(2));
        List<Long> delays =
                LongStream.range(0, 2_000).mapToObj(SchedulerTest::firstDue).toList();
        assertThat(delays).allMatch(d -> d >= 0 && d < 2 * SECOND);
        assertThat(delays.stream().filter(d -> d < SECOND).count()).isBetween(900L, 1_100L);
    }

    @Test
    void neverRunsOneInstanceBesideItself() {
        scheduler.plan(List.of(plan("os", 60)), 0);
        scheduler.start(2 * SECOND);
        scheduler.runNow(InstanceKey.of("os"), 3 * SECOND);
        assertThat(scheduler.start(100 * MINUTE)).isEmpty();
    }

    @Test
    void runsNoMoreThanItMayAtOnce() {
        scheduler.plan(List.of(plan("a", 60), plan("b", 60), plan("c", 60)), 0);
        assertThat(scheduler.start(MINUTE)).isPresent();
        Optional<PlannedInstance> second = scheduler.start(MINUTE);
        assertThat(second).isPresent();
        assertThat(scheduler.start(MINUTE)).isEmpty();
        scheduler.completed(second.get().key(), MINUTE, 0);
        assertThat(scheduler.start(MINUTE)).isPresent();
    }

    @Test
    void stretchesTheIntervalToAThousandTimesTheCpuTime() {
        scheduler.plan(List.of(plan("os", 60)), 0);
        InstanceKey os = InstanceKey.of("os");
        scheduler.start(2 * SECOND);
        scheduler.completed(os, 2 * SECOND, 200);
        assertThat(scheduler.effectiveInterval(os)).isEqualTo(Duration.ofSeconds(200));
        assertThat(scheduler.nextDueNanos(0).getAsLong()).isBetween(182 * SECOND, 222 * SECOND);
        scheduler.runNow(os, 3 * SECOND);
        scheduler.start(3 * SECOND);
        scheduler.completed(os, 3 * SECOND, 40);
        assertThat(scheduler.effectiveInterval(os)).isEqualTo(Duration.ofSeconds(160));
    }

    @Test
    void settlesBeforeItRunsForAChange() {
        scheduler.plan(List.of(plan("os", 60)), 0);
        scheduler.start(2 * SECOND);
        scheduler.completed(InstanceKey.of("os"), 3 * SECOND, 0);
        scheduler.changed(InstanceKey.of("os"), 10 * SECOND);
        scheduler.changed(InstanceKey.of("os"), 10 * SECOND + SECOND / 4);
        assertThat(scheduler.start(10 * SECOND + SECOND / 2 - 1)).isEmpty();
        assertThat(scheduler.start(10 * SECOND + SECOND / 2)).isPresent();
    }

    @Test
    void runsOnceMoreForAChangeDuringTheRun() {
        scheduler.plan(List.of(plan("os", 60)), 0);
        scheduler.start(2 * SECOND);
        scheduler.changed(InstanceKey.of("os"), 3 * SECOND);
        scheduler.completed(InstanceKey.of("os"), 4 * SECOND, 0);
        assertThat(scheduler.start(5 * SECOND)).isPresent();
        scheduler.completed(InstanceKey.of("os"), 6 * SECOND, 0);
        assertThat(scheduler.start(50 * SECOND)).isEmpty();
    }

    @Test
    void pausesLongerTheMoreChangeFollowsOnChange() {
        InstanceKey os = InstanceKey.of("os");
        scheduler.plan(List.of(plan("os", 60)), 0);
        scheduler.start(2 * SECOND);
        scheduler.completed(os, 2 * SECOND, 0);
        List<Long> pauses = new ArrayList<>();
        long now = 3 * SECOND;
        for (int i = 0; i < 9; i++) {
            scheduler.changed(os, now);
            long due = scheduler.nextDueNanos(now).getAsLong();
            pauses.add((due - now) / (SECOND / 2));
            assertThat(scheduler.start(due)).isPresent();
            scheduler.completed(os, due, 0);
            now = due;
        }
        assertThat(pauses.subList(0, 7)).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 64L);
        assertThat(pauses.subList(7, 9)).allMatch(pause -> pause <= 132);
        scheduler.changed(os, now + MINUTE);
        assertThat(scheduler.start(now + MINUTE + SECOND)).isPresent();
    }

    @Test
    void givesChangesFivePercentOfACore() {
        InstanceKey os = InstanceKey.of("os");
        scheduler.plan(List.of(plan("os", 60)), 0);
        scheduler.start(2 * SECOND);
        scheduler.completed(os, 2 * SECOND, 500);
        scheduler.changed(os, 3 * SECOND);
        assertThat(scheduler.start(12 * SECOND - 1)).isEmpty();
        assertThat(scheduler.start(12 * SECOND)).isPresent();
    }

    @Test
    void expensiveTypesLeaveAPlaceFree() {
        scheduler.plan(List.of(plan("walk", 900), plan("sums", 3_600), plan("os", 60)), 0);
        assertThat(scheduler.start(MINUTE)).isPresent();
        assertThat(scheduler.start(MINUTE)).isPresent();
        scheduler.completed(InstanceKey.of("os"), MINUTE, 0);
        assertThat(scheduler.start(MINUTE)).isEmpty();
        assertThat(scheduler.nextDueNanos(MINUTE).getAsLong()).isGreaterThan(MINUTE);
        assertThat(scheduler.start(3 * MINUTE)).map(PlannedInstance::key).contains(InstanceKey.of("os"));
    }

    @Test
    void spreadsExpensiveTypesThatAreKnownFromBefore() {
        List<Long> delays = LongStream.range(0, 500)
                .map(host -> {
                    var one = new Scheduler(host, 2);
                    var type = type("walk", 86_400, List.of());
                    one.plan(List.of(PlannedInstance.of(type, PlannedInstance.FirstRun.SPREAD)), 0);
                    return one.nextDueNanos(0).getAsLong();
                })
                .boxed()
                .toList();
        assertThat(delays).allMatch(d -> d < 60 * MINUTE);
        assertThat(delays.stream().filter(d -> d > 30 * MINUTE).count()).isBetween(200L, 300L);
    }

    @Test
    void letsWalksOfTheDiskWaitAtTheFirstStartToo() {
        var walk = type("walk", 86_400, Duration.ofMinutes(30), List.of());
        var delays = LongStream.range(0, 500)
                .map(host -> {
                    var one = new Scheduler(host, 2);
                    one.plan(List.of(PlannedInstance.of(walk, PlannedInstance.FirstRun.SOON)), 0);
                    return one.nextDueNanos(0).getAsLong();
                })
                .boxed()
                .toList();
        assertThat(delays).allMatch(d -> d < 60 * MINUTE);
        assertThat(delays.stream().filter(d -> d > MINUTE).count()).isGreaterThan(400);
    }

    @Test
    void runsAfterWhatItComesAfter() {
        scheduler.plan(List.of(plan("checksums", 60, "packages"), plan("packages", 60)), 0);
        assertThat(scheduler.start(MINUTE)).map(PlannedInstance::key).contains(InstanceKey.of("packages"));
        assertThat(scheduler.start(MINUTE)).isEmpty();
        scheduler.completed(InstanceKey.of("packages"), MINUTE, 0);
        assertThat(scheduler.start(MINUTE)).map(PlannedInstance::key).contains(InstanceKey.of("checksums"));
    }

    @Test
    void doesNotWaitForWhatIsNotPlannedNorInCircles() {
        scheduler.plan(List.of(plan("a", 60, "b", "none"), plan("b", 60, "c"), plan("c", 60, "a")), 0);
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            InstanceKey key = scheduler.start(MINUTE).orElseThrow().key();
            order.add(key.type());
            scheduler.completed(key, MINUTE, 0);
        }
        assertThat(order).containsExactly("c", "b", "a");
    }

    @Test
    void forgetsWhatIsNoLongerPlannedEvenWhileItRuns() {
        scheduler.plan(List.of(plan("a", 60), plan("b", 60)), 0);
        InstanceKey first = scheduler.start(MINUTE).orElseThrow().key();
        scheduler.plan(List.of(), MINUTE);
        scheduler.completed(first, MINUTE, 0);
        assertThat(scheduler.planned()).isEmpty();
        assertThat(scheduler.nextDueNanos(MINUTE)).isEmpty();
        scheduler.plan(List.of(plan("a", 60), plan("b", 60)), MINUTE);
        assertThat(scheduler.start(2 * MINUTE)).isPresent();
        assertThat(scheduler.start(2 * MINUTE)).isPresent();
    }

    @Test
    void takesANewIntervalAtOnceAndNewParametersNow() {
        scheduler.plan(List.of(plan("os", 3_600)), 0);
        scheduler.start(2 * SECOND);
        scheduler.completed(InstanceKey.of("os"), 2 * SECOND, 0);
        scheduler.plan(List.of(plan("os", 60)), 10 * SECOND);
        assertThat(scheduler.nextDueNanos(0).getAsLong()).isEqualTo(70 * SECOND);
        var type = type("os", 60, List.of());
        var other = new PlannedInstance(
                InstanceKey.of("os"), type, type.interval(), Map.of("x", "1"), PlannedInstance.FirstRun.SOON);
        scheduler.plan(List.of(other), 11 * SECOND);
        assertThat(scheduler.start(11 * SECOND)).contains(other);
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 10);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void starvesNobodyWhateverRunsHowLong(long seed) {
        var random = new Random(seed);
        List<PlannedInstance> plans = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            plans.add(plan("t" + i, 5 + random.nextInt(60), "t" + random.nextInt(20)));
        }
        Map<InstanceKey, Long> endsAt = new HashMap<>();
        Map<InstanceKey, Integer> runs = new HashMap<>();
        scheduler.plan(plans, 0);
        for (long now = 0; now < 3_600 * SECOND; now += SECOND / 5) {
            for (var end : List.copyOf(endsAt.entrySet())) {
                if (end.getValue() <= now) {
                    endsAt.remove(end.getKey());
                    scheduler.completed(end.getKey(), now, random.nextInt(20));
                    runs.merge(end.getKey(), 1, Integer::sum);
                }
            }
            for (var next = scheduler.start(now); next.isPresent(); next = scheduler.start(now)) {
                assertThat(endsAt).doesNotContainKey(next.get().key());
                endsAt.put(next.get().key(), now + random.nextLong(2 * SECOND));
            }
            assertThat(endsAt).hasSizeLessThanOrEqualTo(2);
        }
        assertThat(runs).hasSize(20);
        assertThat(runs.values()).allMatch(count -> count >= 20);
    }

    private static long firstDue(long host) {
        var one = new Scheduler(host, 2);
        one.plan(List.of(plan("os", 60)), 0);
        return one.nextDueNanos(0).getAsLong();
    }

    private static PlannedInstance plan(String name, int seconds, String... after) {
        return PlannedInstance.of(type(name, seconds, List.of(after)), PlannedInstance.FirstRun.SOON);
    }

    private static DiscoveryType type(String name, int seconds, List<String> after) {
        return type(name, seconds, Duration.ofSeconds(30), after);
    }

    private static DiscoveryType type(String name, int seconds, Duration timeout, List<String> after) {
        return new DiscoveryType(
                name,
                "",
                1,
                List.of("linux"),
                DiscoveryType.Activation.BY_DEFAULT,
                Duration.ofSeconds(seconds),
                timeout,
                List.of(),
                Map.of(),
                List.of(),
                after,
                Optional.empty());
    }
}
