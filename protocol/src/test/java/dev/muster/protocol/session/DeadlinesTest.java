package dev.muster.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.noise.AeadKey;
import dev.muster.protocol.noise.SessionKeys;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.wire.SpoolId;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DeadlinesTest {
    private final Deadlines deadlines = new Deadlines();
    private final Association one = association(1);
    private final Association other = association(2);

    @Test
    void namesEachThatIsDueOnce() {
        deadlines.set(one, 20);
        deadlines.set(other, 10);

        assertThat(deadlines.next()).isEqualTo(10);
        assertThat(deadlines.poll(9)).isNull();
        assertThat(deadlines.poll(20)).isSameAs(other);
        assertThat(deadlines.poll(20)).isSameAs(one);
        assertThat(deadlines.poll(20)).isNull();
        assertThat(deadlines.next()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void putsOffADeadlineThatMovedLater() {
        deadlines.set(one, 10);
        deadlines.set(one, 30);

        assertThat(deadlines.poll(10)).isNull();
        assertThat(deadlines.next()).isEqualTo(30);
        assertThat(deadlines.poll(30)).isSameAs(one);
    }

    @Test
    void bringsForwardADeadlineThatMovedEarlier() {
        deadlines.set(one, 30);
        deadlines.set(one, 10);

        assertThat(deadlines.poll(10)).isSameAs(one);
        assertThat(deadlines.poll(30)).isNull();
    }

    @Test
    void forgetsOneThatIsRemoved() {
        deadlines.set(one, 10);
        deadlines.remove(one);

        assertThat(deadlines.next()).isEqualTo(Long.MAX_VALUE);
        assertThat(deadlines.poll(10)).isNull();
    }

    /** Against a map of what is wanted. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void isNeverLateWhateverMoves(long seed) {
        var random = new Random(seed);
        Association[] all = new Association[5];
        for (int i = 0; i < all.length; i++) {
            all[i] = association(i);
        }
        Map<Association, Long> wanted = new HashMap<>();
        for (int now = 0; now < 5_000; now++) {
            Association moved = all[random.nextInt(all.length)];
            if (random.nextInt(10) == 0) {
                deadlines.remove(moved);
                wanted.remove(moved);
            } else {
                long at = now + 1L + random.nextInt(50);
                deadlines.set(moved, at);
                wanted.put(moved, at);
            }
            long earliest = wanted.values().stream().mapToLong(at -> at).min().orElse(Long.MAX_VALUE);
            assertThat(deadlines.next()).isLessThanOrEqualTo(earliest);
            for (Association due = deadlines.poll(now); due != null; due = deadlines.poll(now)) {
                assertThat(wanted.remove(due)).isLessThanOrEqualTo(now);
            }
            int time = now;
            assertThat(wanted.values()).allMatch(at -> at > time);
        }
    }

    private static Association association(long seed) {
        var random = new Random(seed);
        var keys = new SessionKeys(new AeadKey(new byte[32]), new AeadKey(new byte[32]));
        return new Association(
                new Association.Key(StaticKeys.generate(random).publicKey(), new SpoolId(seed, seed)),
                seed,
                new Paths(new InetSocketAddress("127.0.0.1", 1), random),
                new SecureSession(seed, seed, keys, 0),
                _ -> {},
                0);
    }
}
