package dev.muster.protocol.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.protocol.noise.PublicKey;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** DIGEST, WANT, LIST, KEY_NEXT and COLLECTOR_KEYS. */
final class DigestMessagesTest {
    private static final String HEX = "00".repeat(31) + "7f";
    private static final FactsHash HASH = FactsHash.ofHex(HEX);
    private static final InstanceName OS = new InstanceName("os", "");
    private static final InstanceName SUMS = new InstanceName("sums", "/opt/ü");
    private static final PublicKey KEY = PublicKey.of(new byte[PublicKey.BYTES]);
    private static final String KEY_TEXT = "A".repeat(43) + "=";
    private static final Digest DIGEST = new Digest(
            HEX,
            12,
            Digest.Spool.AGENT_WENT_BACK,
            List.of(
                    new Digest.Run(OS, Duration.ofMillis(61_001), Duration.ofMinutes(1)),
                    new Digest.Run(SUMS, Duration.ZERO, Duration.ofHours(1))));
    private static final FactsList LIST =
            new FactsList(12, new TreeMap<>(Map.of(SUMS, Optional.empty(), OS, Optional.of(HASH))));
    private static final Want WANT = new Want.Instances(List.of(OS, SUMS));
    private static final KeyNext NEXT = new KeyNext(KEY);
    private static final CollectorKeys KEYS =
            new CollectorKeys(KEY, Optional.of(PublicKey.parse("B" + KEY_TEXT.substring(1))));

    @Test
    void goldenBytes() {
        assertThat(text(DIGEST.encode()))
                .isEqualTo("{\"digest\":\"" + HEX + "\",\"runs\":["
                        + "{\"age_ms\":61001,\"instance\":\"\",\"interval_ms\":60000,\"type\":\"os\"},"
                        + "{\"age_ms\":0,\"instance\":\"/opt/ü\",\"interval_ms\":3600000,\"type\":\"sums\"}],"
                        + "\"seq\":12,\"spool\":\"agent_went_back\"}");
        assertThat(text(LIST.encode()))
                .isEqualTo("{\"instances\":[{\"hash\":\"" + HEX + "\",\"instance\":\"\",\"type\":\"os\"},"
                        + "{\"hash\":\"\",\"instance\":\"/opt/ü\",\"type\":\"sums\"}],\"seq\":12}");
        assertThat(text(WANT.encode()))
                .isEqualTo("{\"instances\":[{\"instance\":\"\",\"type\":\"os\"},"
                        + "{\"instance\":\"/opt/ü\",\"type\":\"sums\"}],\"what\":\"instances\"}");
        assertThat(text(new Want.Everything().encode())).isEqualTo("{\"instances\":[],\"what\":\"list\"}");
        assertThat(text(NEXT.encode())).isEqualTo("{\"public_key\":\"" + KEY_TEXT + "\"}");
        assertThat(text(KEYS.encode()))
                .isEqualTo("{\"current\":\"" + KEY_TEXT + "\",\"spare\":\"B" + KEY_TEXT.substring(1) + "\"}");
        assertThat(text(new CollectorKeys(KEY, Optional.empty()).encode()))
                .isEqualTo("{\"current\":\"" + KEY_TEXT + "\",\"spare\":\"\"}");
    }

    /** The values are sha256sum's over the bytes that the Javadoc names. */
    @Test
    void theDigestIsOverNamesAndHashesInTheirOrder() {
        assertThat(Digest.of(new TreeMap<>()))
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assertThat(Digest.of(new TreeMap<>(Map.of(SUMS, HASH, OS, HASH))))
                .isEqualTo("be454afe9fa0f0d7837cd6e7a16f28b05658b0543de9333c95cc75d041001123");
    }

    @Test
    void encodesInCanonicalForm() {
        for (byte[] body : List.of(DIGEST.encode(), LIST.encode(), WANT.encode(), NEXT.encode(), KEYS.encode())) {
            assertThat(CanonicalJson.parse(body).toByteArray()).isEqualTo(body);
        }
    }

    @Test
    void decodesWhatItEncodes() {
        assertThat(Digest.decode(DIGEST.encode())).isEqualTo(DIGEST);
        assertThat(FactsList.decode(LIST.encode())).isEqualTo(LIST);
        assertThat(Want.decode(WANT.encode())).isEqualTo(WANT);
        assertThat(Want.decode(new Want.Everything().encode())).isEqualTo(new Want.Everything());
        assertThat(KeyNext.decode(NEXT.encode())).isEqualTo(NEXT);
        assertThat(CollectorKeys.decode(KEYS.encode())).isEqualTo(KEYS);
    }

    @Test
    void skipsMembersOfNewerVersions() {
        String digest = text(DIGEST.encode()).replace("\"age_ms\"", "\"later\":[{}],\"age_ms\"");
        assertThat(Digest.decode(digest.getBytes(UTF_8))).isEqualTo(DIGEST);
        String list = text(LIST.encode()).replace("\"hash\"", "\"later\":1,\"hash\"");
        assertThat(FactsList.decode(list.getBytes(UTF_8))).isEqualTo(LIST);
        String next = text(NEXT.encode()).replace("{", "{\"later\":null,");
        assertThat(KeyNext.decode(next.getBytes(UTF_8))).isEqualTo(NEXT);
    }

    @Test
    void namesWhatBreaksABound() {
        assertRefused(() -> digest("", "0", "kept", ""), "digest");
        assertRefused(() -> digest("zz", "0", "kept", ""), "digest must be");
        assertRefused(() -> digest(HEX, "-1", "kept", ""), "seq is -1");
        assertRefused(() -> digest(HEX, "0", "lost", ""), "unknown origin");
        assertRefused(() -> digest(HEX, "0", "kept", "{\"age_ms\":1}"), "type is missing");
        assertRefused(() -> digest(HEX, "0", "kept", "{\"type\":\"os\",\"age_ms\":-1}"), "age_ms is -1");
        assertRefused(() -> digest(HEX, "0", "kept", "{\"type\":\"os\"},{\"type\":\"os\"}"), "twice");
        assertRefused(
                () -> new Digest(
                        HEX,
                        0,
                        Digest.Spool.KEPT,
                        Collections.nCopies(4_097, DIGEST.runs().getFirst())),
                "more than 4096");
        assertRefused(() -> list("{\"hash\":\"12\",\"type\":\"os\"}"), "a hash must be");
        assertRefused(() -> list("{\"type\":\"os\"},{\"type\":\"os\"}"), "twice");
        assertRefused(() -> list(",{\"type\":\"os\"}".repeat(4_097).substring(1)), "twice");
        assertRefused(() -> Want.decode("{\"what\":\"money\"}".getBytes(UTF_8)), "unknown want");
        assertRefused(() -> Want.decode("{\"instances\":[{\"type\":\"OS\"}]}".getBytes(UTF_8)), "type");
        assertRefused(() -> KeyNext.decode("{}".getBytes(UTF_8)), "public_key is missing");
        assertRefused(() -> KeyNext.decode("{\"public_key\":\"AAAA\"}".getBytes(UTF_8)), "44 characters");
        assertRefused(() -> CollectorKeys.decode("{\"spare\":\"\"}".getBytes(UTF_8)), "current is missing");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {41, 42, 43})
    void decodesAnyBytesOrThrowsItsOneException(long seed) {
        var random = new Random(seed);
        check(DIGEST.encode(), Digest::decode, Digest::encode, random);
        check(LIST.encode(), FactsList::decode, FactsList::encode, random);
        check(WANT.encode(), Want::decode, Want::encode, random);
        check(NEXT.encode(), KeyNext::decode, KeyNext::encode, random);
        check(KEYS.encode(), CollectorKeys::decode, CollectorKeys::encode, random);
    }

    private static <T> void check(byte[] good, Function<byte[], T> decode, Function<T, byte[]> encode, Random random) {
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = Hostile.mutate(good, random);
            try {
                T message = decode.apply(bytes);
                assertThat(decode.apply(encode.apply(message))).isEqualTo(message);
            } catch (MalformedMessage expected) {
                assertThat(expected).message().isNotBlank();
            }
        }
    }

    private static void digest(String digest, String seq, String spool, String runs) {
        Digest.decode(("{\"digest\":\"" + digest + "\",\"seq\":" + seq + ",\"spool\":\"" + spool + "\",\"runs\":["
                        + runs + "]}")
                .getBytes(UTF_8));
    }

    private static void list(String instances) {
        FactsList.decode(("{\"seq\":1,\"instances\":[" + instances + "]}").getBytes(UTF_8));
    }

    private static String text(byte[] body) {
        return new String(body, UTF_8);
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String text) {
        assertThatThrownBy(call).isInstanceOf(MalformedMessage.class).hasMessageContaining(text);
    }
}
