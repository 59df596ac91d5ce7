package dev.muster.collector.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.collector.link.CloneWatch.Use;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CloneWatchTest {
    private static final String KEY = "key";
    private static final Use HERE = new Use("192.0.2.1", "aa", "boot-1");
    private static final Use THERE = new Use("192.0.2.2", "aa", "boot-2");
    private static final Use ELSEWHERE = new Use("192.0.2.3", "bb", "boot-3");

    private final CloneWatch<String> watch = new CloneWatch<>();
    private Instant now = Instant.EPOCH;

    @Test
    void restartsAreNoClones() {
        for (int run = 1; run < 20; run++) {
            assertThat(hello(run, HERE)).isEmpty();
            assertThat(hello(run, HERE)).as("a rekey, or a new spool").isEmpty();
            assertThat(heard(run)).isEmpty();
        }
    }

    @Test
    void aMachineThatWasSetBackOnceIsNoClone() {
        assertThat(hello(1, HERE)).isEmpty();
        assertThat(hello(2, THERE)).isEmpty();
        assertThat(hello(1, HERE)).isEmpty();
        assertThat(heard(1)).isEmpty();
    }

    @Test
    void twoRunsThatBothCameBackAreTwoMachines() {
        hello(1, HERE);
        hello(2, THERE);
        hello(1, HERE);
        assertThat(hello(2, THERE)).containsExactly(HERE, THERE);
    }

    @Test
    void sessionsThatLiveSideBySideAreTwoMachinesAsSoonAsBothSpeak() {
        hello(1, HERE);
        hello(2, THERE);
        assertThat(heard(2)).isEmpty();
        assertThat(heard(1)).isEmpty();
        assertThat(heard(2)).containsExactly(HERE, THERE);
    }

    @Test
    void differentMachineIdsNeedOneReturn() {
        hello(1, HERE);
        assertThat(hello(2, ELSEWHERE)).as("the id may be a new one").isEmpty();
        assertThat(heard(1)).containsExactly(HERE, ELSEWHERE);
    }

    @Test
    void whatWasLongAgoIsForgotten() {
        hello(1, HERE);
        hello(2, THERE);
        hello(1, HERE);
        now = now.plus(Duration.ofMinutes(11));
        assertThat(heard(1)).isEmpty();
        assertThat(hello(2, THERE)).isEmpty();
        assertThat(heard(1)).hasSizeLessThan(2);
    }

    @Test
    void keysDoNotMix() {
        watch.hello("one", 1, HERE, now);
        watch.hello("two", 2, THERE, now);
        watch.hello("one", 1, HERE, now);
        assertThat(watch.hello("two", 2, THERE, now)).isEmpty();
        hello(1, HERE);
        hello(2, THERE);
        watch.forget(KEY);
        hello(1, HERE);
        assertThat(hello(2, THERE)).isEmpty();
    }

    private List<Use> hello(long run, Use use) {
        now = now.plusSeconds(5);
        return watch.hello(KEY, run, use, now);
    }

    private List<Use> heard(long run) {
        now = now.plusSeconds(5);
        return watch.heard(KEY, run, now);
    }
}
