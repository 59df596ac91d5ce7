package dev.muster.agent.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.agent.heartbeat.NeighbourWatch.Phase;
import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.wire.Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class NeighbourWatchTest {
    private static final PublicKey ADA = key(1);
    private static final PublicKey BOB = key(2);
    private static final PublicKey COLLECTOR = key(3);
    private static final Frame.Heartbeat PLAIN = new Frame.Heartbeat(0, 1, 1_000, 1);
    private static final Frame.Heartbeat PROBE = new Frame.Heartbeat(Frame.Heartbeat.ANSWER, 1, 1_000, 1);

    private final World world = new World();

    @Test
    void beatsOnceASecondForEachNeighbour() {
        world.watch(ADA, BOB);
        world.aliveFor(Duration.ofSeconds(10), ADA, BOB);
        assertThat(world.beats(ADA))
                .hasSize(11)
                .extracting(Frame.Heartbeat::flags)
                .containsOnly(0);
        assertThat(world.beats(BOB)).hasSize(11);
        assertThat(world.beats(ADA).getLast().intervalMillis()).isEqualTo(1_000);
        assertThat(world.beats(ADA).getLast().uptimeMillis()).isEqualTo(10_000);
        assertThat(world.reports()).isEmpty();
    }

    @Test
    void probesFiveTimesASecondFromTwoSecondsOverdueAndReportsAtFive() {
        world.watch(ADA);
        world.aliveFor(Duration.ofSeconds(3), ADA);
        world.effects.clear();
        world.runFor(Duration.ofMillis(2_990));
        assertThat(world.phase(ADA)).isEqualTo(Phase.ALIVE);
        assertThat(world.beats(ADA)).hasSize(2);
        world.runFor(Duration.ofMillis(20));
        assertThat(world.phase(ADA)).isEqualTo(Phase.LATE);
        assertThat(world.effects).contains(new Effect.Doubt(ADA));
        world.effects.clear();
        world.runFor(Duration.ofMillis(2_970));
        assertThat(world.beats(ADA))
                .hasSizeBetween(14, 15)
                .extracting(Frame.Heartbeat::flags)
                .containsOnly(Frame.Heartbeat.ANSWER);
        assertThat(world.reports()).isEmpty();
        world.runFor(Duration.ofMillis(220));
        assertThat(world.reports()).containsExactly("silent 1 after 6 s");
        assertThat(world.phase(ADA)).isEqualTo(Phase.SILENT);
    }

    @Test
    void reportsOnceAndGoesOnBeatingSoThatAMendedPathIsNoticed() {
        world.watch(ADA);
        world.aliveFor(Duration.ofSeconds(3), ADA);
        world.runFor(Duration.ofSeconds(10));
        world.effects.clear();
        world.runFor(Duration.ofMinutes(10));
        assertThat(world.reports()).isEmpty();
        assertThat(world.beats(ADA)).hasSizeBetween(599, 601);
        world.heard(ADA);
        assertThat(world.reports()).containsExactly("back 1 after 610 s");
        world.aliveFor(Duration.ofSeconds(10), ADA);
        assertThat(world.reports()).hasSize(1);
    }

    @Test
    void aHandshakeIsAsGoodAsABeat() {
        world.watch(ADA);
        world.aliveFor(Duration.ofSeconds(3), ADA);
        world.runFor(Duration.ofSeconds(7));
        world.effects.addAll(world.watch.established(ADA, world.nowNanos));
        assertThat(world.reports()).containsExactly("silent 1 after 6 s", "back 1 after 7 s");
    }

    @Test
    void anAnswerToAProbeComesInTime() {
        world.watch(ADA);
        world.aliveFor(Duration.ofSeconds(3), ADA);
        for (int i = 0; i < 20; i++) {
            world.runFor(Duration.ofMillis(5_900));
            world.heard(ADA);
        }
        assertThat(world.reports()).isEmpty();
    }

    @Test
    void answersAProbeAtOnceButNotAFloodOfThem() {
        world.watch(ADA);
        world.runFor(Duration.ofMillis(500));
        world.effects.clear();
        world.effects.addAll(world.watch.heartbeat(ADA, PROBE, world.nowNanos));
        assertThat(world.beats(ADA))
                .hasSize(1)
                .extracting(Frame.Heartbeat::flags)
                .containsOnly(0);
        for (int i = 0; i < 1_000; i++) {
            world.runFor(Duration.ofMillis(1));
            world.effects.addAll(world.watch.heartbeat(ADA, PROBE, world.nowNanos));
        }
        assertThat(world.beats(ADA)).hasSizeBetween(8, 13);
    }

    @Test
    void whoSaysGoodbyeIsNeverReportedAndExpectedAgainWhenItIsBack() {
        world.watch(ADA);
        world.aliveFor(Duration.ofSeconds(3), ADA);
        world.effects.addAll(world.watch.left(ADA, world.nowNanos));
        world.effects.clear();
        world.runFor(Duration.ofHours(1));
        assertThat(world.effects).isEmpty();
        assertThat(world.watch.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
        world.effects.addAll(world.watch.established(ADA, world.nowNanos));
        assertThat(world.reports()).isEmpty();
        world.runFor(Duration.ofSeconds(7));
        assertThat(world.reports()).containsExactly("silent 1 after 6 s");
    }

    @Test
    void whoWasNeverHeardGetsTenSecondsMore() {
        world.watch(ADA);
        world.runFor(Duration.ofMillis(14_900));
        assertThat(world.reports()).isEmpty();
        world.runFor(Duration.ofMillis(400));
        assertThat(world.reports()).containsExactly("silent 1 after 15 s");
    }

    @Test
    void aPauseOfTheReporterIsNotTheNeighboursSilence() {
        world.watch(ADA);
        world.aliveFor(Duration.ofSeconds(3), ADA);
        world.runFor(Duration.ofMillis(5_900));
        world.pause(Duration.ofMinutes(5));
        assertThat(world.effects)
                .anyMatch(e -> e instanceof Effect.HeldUp held && held.by().toSeconds() >= 299);
        world.runFor(Duration.ofMillis(1_900));
        assertThat(world.reports()).as("it listens for two seconds first").isEmpty();
        world.runFor(Duration.ofMillis(300));
        assertThat(world.reports()).containsExactly("silent 1 after 8 s");
    }

    @Test
    void whatWaitedInTheSocketDuringAPauseCounts() {
        world.watch(ADA);
        world.aliveFor(Duration.ofSeconds(3), ADA);
        world.runFor(Duration.ofMillis(5_900));
        world.pause(Duration.ofSeconds(30));
        world.heard(ADA);
        world.runFor(Duration.ofSeconds(5));
        assertThat(world.reports()).isEmpty();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aReporterThatStuttersNeverReportsALivingNeighbour(long seed) {
        var random = new Random(seed);
        world.watch(ADA);
        world.aliveFor(Duration.ofSeconds(3), ADA);
        for (int i = 0; i < 500; i++) {
            world.pause(Duration.ofMillis(random.nextInt(10_000)));
            // The neighbour beats all the time; half of it is lost, and what is left is read after the timers ran.
            world.runFor(Duration.ofMillis(random.nextInt(800)));
            if (random.nextBoolean()) {
                world.heard(ADA);
            }
        }
        assertThat(world.reports()).isEmpty();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aLoopThatIsAlwaysALittleLateReportsADeathAllTheSame(long seed) {
        var random = new Random(seed);
        world.watch(ADA);
        world.aliveFor(Duration.ofSeconds(3), ADA);
        long died = world.nowNanos;
        while (world.reports().isEmpty()
                && world.nowNanos - died < Duration.ofMinutes(1).toNanos()) {
            world.nowNanos = Math.max(world.nowNanos, world.watch.nextDeadlineNanos()) + random.nextInt(20_000_000);
            world.tick();
        }
        assertThat(Duration.ofNanos(world.nowNanos - died)).isBetween(Duration.ofSeconds(6), Duration.ofSeconds(7));
    }

    @Test
    void theCollectorIsOnlyBeatenFor() {
        var one =
                new Neighbour(COLLECTOR, Neighbour.Watching.BEATS_ONLY, Duration.ofSeconds(2), Neighbour.DEFAULT_DEAD);
        world.watch.neighbours(List.of(one), world.nowNanos);
        world.runFor(Duration.ofMinutes(1));
        assertThat(world.beats(COLLECTOR)).hasSize(31);
        assertThat(world.reports()).isEmpty();
    }

    @Test
    void aNewListKeepsWhoStaysAndForgetsWhoIsMissing() {
        world.watch(ADA, BOB);
        world.aliveFor(Duration.ofSeconds(3), ADA);
        world.watch(ADA);
        assertThat(world.phase(ADA)).isEqualTo(Phase.ALIVE);
        world.aliveFor(Duration.ofMinutes(1), ADA);
        world.heard(BOB);
        assertThat(world.reports()).isEmpty();
        assertThat(world.watch.states(world.nowNanos)).hasSize(1);
    }

    @Test
    void refusesTimesThatMakeNoSense() {
        assertThatThrownBy(() -> neighbour(ADA, Duration.ZERO, Duration.ofSeconds(5)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> neighbour(ADA, Duration.ofSeconds(1), Duration.ofDays(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 20);
    }

    private static Neighbour neighbour(PublicKey key, Duration interval, Duration dead) {
        return new Neighbour(key, Neighbour.Watching.EACH_OTHER, interval, dead);
    }

    private static PublicKey key(int number) {
        byte[] bytes = new byte[PublicKey.BYTES];
        bytes[0] = (byte) number;
        return PublicKey.of(bytes);
    }

    /** Time, and what the watch wanted done. */
    private static final class World {
        final List<Effect> effects = new ArrayList<>();
        long nowNanos = 77;
        final NeighbourWatch watch = new NeighbourWatch(nowNanos);

        void watch(PublicKey... keys) {
            effects.addAll(watch.neighbours(
                    Arrays.stream(keys)
                            .map(key -> neighbour(key, Neighbour.DEFAULT_INTERVAL, Neighbour.DEFAULT_DEAD))
                            .toList(),
                    nowNanos));
            tick();
        }

        void tick() {
            effects.addAll(watch.tick(nowNanos));
        }

        void heard(PublicKey by) {
            effects.addAll(watch.heartbeat(by, PLAIN, nowNanos));
        }

        /** Always on time. */
        void runFor(Duration time) {
            long end = nowNanos + time.toNanos();
            while (watch.nextDeadlineNanos() <= end) {
                nowNanos = Math.max(nowNanos, watch.nextDeadlineNanos());
                tick();
            }
            nowNanos = end;
        }

        /** The owner does not run at all. */
        void pause(Duration time) {
            nowNanos += time.toNanos();
            tick();
        }

        void aliveFor(Duration time, PublicKey... keys) {
            for (long i = 0; i < time.toSeconds(); i++) {
                runFor(Duration.ofSeconds(1));
                Arrays.stream(keys).forEach(this::heard);
            }
        }

        Phase phase(PublicKey of) {
            return watch.states(nowNanos).stream()
                    .filter(state -> state.key().equals(of))
                    .findFirst()
                    .orElseThrow()
                    .phase();
        }

        List<Frame.Heartbeat> beats(PublicKey to) {
            return effects.stream()
                    .filter(e -> e instanceof Effect.Beat beat && beat.to().equals(to))
                    .map(e -> ((Effect.Beat) e).frame())
                    .toList();
        }

        List<String> reports() {
            return effects.stream()
                    .filter(e -> e instanceof Effect.Silent || e instanceof Effect.Back)
                    .map(World::text)
                    .toList();
        }

        private static String text(Effect effect) {
            return switch (effect) {
                case Effect.Silent silent ->
                    "silent " + number(silent.who()) + " after "
                            + silent.silence().toSeconds() + " s";
                case Effect.Back back ->
                    "back " + number(back.who()) + " after " + back.silence().toSeconds() + " s";
                case Effect.Beat _, Effect.Doubt _, Effect.HeldUp _ -> "";
            };
        }

        private static int number(PublicKey key) {
            return key.toBytes()[0];
        }
    }
}
