package dev.muster.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.noise.Primitives;
import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.wire.InitPacket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class InitMacTest {
    private final PublicKey key = StaticKeys.generate(new Random(1)).publicKey();
    private final byte[] init = new InitPacket(0, 5, new byte[InitPacket.NOISE_BYTES]).encode();

    @Test
    void isTheKeyedHashOfTheFirst176Bytes() {
        new InitMac(key).sign(init);
        byte[] macKey = Primitives.sha256("muster mac1".getBytes(StandardCharsets.US_ASCII), key.toBytes());
        byte[] expected = Primitives.hmac(macKey, Arrays.copyOf(init, 176));
        assertThat(Arrays.copyOfRange(init, 176, 192)).isEqualTo(Arrays.copyOf(expected, 16));
        assertThat(Arrays.copyOfRange(init, 192, 208)).containsOnly(0);
    }

    @Test
    void noticesAnyChangeBeforeMac2() {
        var mac = new InitMac(key);
        mac.sign(init);
        for (int at = 0; at < InitPacket.BYTES; at++) {
            byte[] bad = init.clone();
            bad[at] ^= 1;
            assertThat(mac.verify(bad)).as("byte %d", at).isEqualTo(at >= 192);
        }
    }

    @Test
    void belongsToOneKey() {
        new InitMac(key).sign(init);
        PublicKey other = StaticKeys.generate(new Random(2)).publicKey();
        assertThat(new InitMac(other).verify(init)).isFalse();
    }
}
