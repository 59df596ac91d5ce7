package dev.muster.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class SpoolIdTest {
    private static final String HEX = "00ff02030405060708090a0b0c0d0eff";

    @Test
    void hasABinaryAndAHexForm() {
        SpoolId id = SpoolId.parse(HEX);

        assertThat(id).hasToString(HEX).isEqualTo(SpoolId.of(id.toBytes()));
        assertThat(id.toBytes()).hasSize(16).startsWith(0, 0xff, 2);
    }

    @Test
    void refusesOtherLengthsAndDigits() {
        assertThatIllegalArgumentException().isThrownBy(() -> SpoolId.of(new byte[15]));
        assertThatIllegalArgumentException().isThrownBy(() -> SpoolId.parse(HEX + "00"));
        assertThatIllegalArgumentException().isThrownBy(() -> SpoolId.parse(HEX.replace('f', 'g')));
    }

    @Test
    void takesAllItsBitsFromTheGenerator() {
        assertThat(SpoolId.random(new Random(1))).isNotEqualTo(SpoolId.random(new Random(2)));
    }
}
