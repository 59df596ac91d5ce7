package dev.muster.protocol.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PrimitivesTest {
    private static final HexFormat HEX = HexFormat.of();

    /** RFC 5869 appendix A.1 to A.3. */
    @ParameterizedTest(name = "RFC 5869 A.{index}")
    @CsvSource({
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b, 000102030405060708090a0b0c, f0f1f2f3f4f5f6f7f8f9, 42,"
                + " 3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435"
                + "363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f,"
                + " 606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f9091"
                + "92939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeaf,"
                + " b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1"
                + "e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff, 82,"
                + " b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da32"
                + "75600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b, '', '', 42,"
                + " 8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    })
    void derivesAsTheRfcSays(String ikm, String salt, String info, int bytes, String okm) {
        assertThat(Primitives.hkdf(HEX.parseHex(salt), HEX.parseHex(ikm), HEX.parseHex(info), bytes))
                .isEqualTo(HEX.parseHex(okm));
    }

    /** RFC 7748 section 6.1. */
    @Test
    void agreesAsTheRfcSays() throws HandshakeFailure {
        StaticKeys alice =
                StaticKeys.ofPrivate(HEX.parseHex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
        StaticKeys bob =
                StaticKeys.ofPrivate(HEX.parseHex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
        assertThat(alice.publicKey().toBytes())
                .isEqualTo(HEX.parseHex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"));
        assertThat(alice.agree(bob.publicKey()))
                .isEqualTo(bob.agree(alice.publicKey()))
                .isEqualTo(HEX.parseHex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"));
    }

    /** RFC 7748 section 5.2: each result is the next scalar, each scalar the next point. */
    @ParameterizedTest(name = "after {0} iterations")
    @CsvSource({
        "1, 422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079",
        "1000, 684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51"
    })
    void iteratesAsTheRfcSays(int times, String result) throws HandshakeFailure {
        byte[] scalar = HEX.parseHex("0900000000000000000000000000000000000000000000000000000000000000");
        byte[] point = scalar;
        for (int i = 0; i < times; i++) {
            byte[] next = StaticKeys.ofPrivate(scalar).agree(PublicKey.of(point));
            point = scalar;
            scalar = next;
        }
        assertThat(scalar).isEqualTo(HEX.parseHex(result));
    }

    /** RFC 4231 test case 2. */
    @Test
    void authenticatesAsTheRfcSays() {
        byte[] key = "Jefe".getBytes(StandardCharsets.US_ASCII);
        byte[] text = "what do ya want for nothing?".getBytes(StandardCharsets.US_ASCII);
        byte[] expected = HEX.parseHex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        assertThat(Primitives.hmac(key, text)).isEqualTo(expected);
        assertThat(Primitives.hmac(key, text, 0, text.length)).isEqualTo(expected);
    }

    @Test
    void keysSurviveTheirTextForm() {
        StaticKeys keys = StaticKeys.generate(new Random(1));
        assertThat(StaticKeys.parse(keys.secretText() + "\n").publicKey()).isEqualTo(keys.publicKey());
        assertThat(keys.publicKey().toBase64()).hasSize(44);
        assertThat(PublicKey.parse(keys.publicKey().toBase64())).isEqualTo(keys.publicKey());
        assertThat(keys.publicKey().fingerprint()).matches("([0-9a-f]{4}-){7}[0-9a-f]{4}");
        assertThat(keys.toString()).doesNotContain(keys.secretText());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "abc", "not base64 at all!", "AAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    void refusesATextThatIsNoKeyWithoutRepeatingASecret(String text) {
        assertThatThrownBy(() -> PublicKey.parse(text)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> StaticKeys.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(e -> assertThat(e.getMessage())
                        .satisfiesAnyOf(
                                m -> assertThat(text).isEmpty(),
                                m -> assertThat(m).doesNotContain("not base64 at all!")));
    }

    @Test
    void aTamperedPacketDoesNotOpenAndTheNextOneDoes() {
        var key = new AeadKey(new byte[32]);
        byte[] aad = {9};
        byte[] sealed = key.seal(5, aad, new byte[] {1, 2, 3});
        byte[] bad = sealed.clone();
        bad[0] ^= 1;
        assertThat(key.open(5, aad, 0, 1, bad, 0, bad.length)).isEmpty();
        assertThat(key.open(6, aad, 0, 1, sealed, 0, sealed.length)).isEmpty();
        assertThat(key.open(5, aad, 0, 1, sealed, 0, 3)).isEmpty();
        assertThat(key.open(5, aad, 0, 1, sealed, 0, sealed.length))
                .hasValueSatisfying(plain -> assertThat(plain).containsExactly(1, 2, 3));
    }

    @Test
    void aWipedKeyNeitherOpensNorSeals() {
        var key = new AeadKey(new byte[32]);
        byte[] sealed = key.seal(1, new byte[0], new byte[] {1});
        key.wipe();
        assertThat(key.open(1, new byte[0], 0, 0, sealed, 0, sealed.length)).isEmpty();
        assertThatThrownBy(() -> key.seal(2, new byte[0], new byte[] {1})).isInstanceOf(IllegalStateException.class);
    }
}
