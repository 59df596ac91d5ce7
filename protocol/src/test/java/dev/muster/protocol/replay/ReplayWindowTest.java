package dev.muster.protocol.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReplayWindowTest {
    @Test
    void acceptsACounterOnce() {
        var window = new ReplayWindow();
        assertThat(window.accept(0)).isTrue();
        assertThat(window.accept(0)).isFalse();
        assertThat(window.accept(1)).isTrue();
    }

    @Test
    void acceptsTheOldestOfTheWindowAndNothingOlder() {
        var window = new ReplayWindow();
        window.accept(5_000);
        assertThat(window.accept(5_000 - ReplayWindow.PACKETS + 1)).isTrue();
        assertThat(window.accept(5_000 - ReplayWindow.PACKETS)).isFalse();
    }

    @Test
    void askingChangesNothing() {
        var window = new ReplayWindow();
        assertThat(window.fresh(70)).isTrue();
        assertThat(window.fresh(70)).isTrue();
        assertThat(window.accept(3)).isTrue();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void equalsASetWithALimit(long seed) {
        var random = new Random(seed);
        var window = new ReplayWindow();
        Set<Long> seen = new HashSet<>();
        long newest = -1;
        for (int i = 0; i < 20_000; i++) {
            long jump = random.nextInt(200) == 0 ? random.nextInt(5_000) : random.nextInt(-1_200, 4);
            long counter = Math.max(0, newest + jump);
            boolean expected = counter > newest - ReplayWindow.PACKETS && !seen.contains(counter);
            assertThat(window.fresh(counter))
                    .as("counter %d after %d", counter, newest)
                    .isEqualTo(expected);
            assertThat(window.accept(counter)).isEqualTo(expected);
            seen.add(counter);
            newest = Math.max(newest, counter);
        }
    }
}
