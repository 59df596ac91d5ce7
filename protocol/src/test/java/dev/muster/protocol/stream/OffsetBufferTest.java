package dev.muster.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class OffsetBufferTest {
    @Test
    void keepsBytesWhileItGrowsAndItsBaseMoves() {
        var random = new Random(3);
        byte[] all = new byte[200_000];
        random.nextBytes(all);
        var buffer = new OffsetBuffer();
        int written = 0;
        int base = 0;
        while (base < all.length) {
            int count = Math.min(all.length - written, random.nextInt(9_000));
            buffer.write(written, all, written, count);
            written += count;
            base = Math.min(written, base + random.nextInt(8_000));
            buffer.advance(base);
            byte[] kept = new byte[written - base];
            if (kept.length > 0) {
                buffer.read(base, kept, 0, kept.length);
                assertThat(kept).isEqualTo(Arrays.copyOfRange(all, base, written));
                assertThat(buffer.matches(base, all, base, kept.length)).isTrue();
                all[written - 1]++;
                assertThat(buffer.matches(base, all, base, kept.length)).isFalse();
                all[written - 1]--;
            }
        }
    }

    @Test
    void startsAgainAfterItWasFreed() {
        var buffer = new OffsetBuffer();
        buffer.write(0, new byte[] {1, 2, 3}, 0, 3);
        buffer.advance(3);
        buffer.free();
        buffer.write(3, new byte[] {4, 5}, 0, 2);

        byte[] read = new byte[2];
        buffer.read(3, read, 0, 2);
        assertThat(read).containsExactly(4, 5);
    }
}
