package dev.muster.protocol.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class FactsHashTest {
    private static final CanonicalJson DATA = CanonicalJson.parse("{\"b\":1,\"a\":\"é\"}".getBytes(UTF_8));

    @Test
    void isSha256OfTheCanonicalObjectOfFiveMembers() throws Exception {
        FactsHash hash = FactsHash.of(2, FactsStatus.PARTIAL, List.of("/etc/shadow"), List.of("files", "x\"y"), DATA);
        String hashed =
                "{\"data\":{\"a\":\"é\",\"b\":1},\"denied\":[\"/etc/shadow\"],\"schema\":2,\"status\":\"partial\","
                        + "\"truncated\":[\"files\",\"x\\\"y\"]}";
        assertThat(CanonicalJson.parse(hashed.getBytes(UTF_8))).hasToString(hashed);
        assertThat(hash.hex())
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(hashed.getBytes(UTF_8))));
    }

    @Test
    void staysWhatItIsForever() {
        // printf '{"data":{},"denied":[],"schema":1,"status":"ok","truncated":[]}' | sha256sum
        assertThat(FactsHash.of(1, FactsStatus.OK, List.of(), List.of(), CanonicalJson.EMPTY))
                .hasToString("f17d9f520161969a2d6fd9bc5e40f96e9b9631d7e69f37ff04432a7636384d68");
    }

    @Test
    void changesWithEveryPart() {
        assertThat(List.of(
                        FactsHash.of(1, FactsStatus.OK, List.of(), List.of(), DATA),
                        FactsHash.of(2, FactsStatus.OK, List.of(), List.of(), DATA),
                        FactsHash.of(1, FactsStatus.PARTIAL, List.of(), List.of(), DATA),
                        FactsHash.of(1, FactsStatus.OK, List.of("a"), List.of(), DATA),
                        FactsHash.of(1, FactsStatus.OK, List.of(), List.of("a"), DATA),
                        FactsHash.of(1, FactsStatus.OK, List.of(), List.of(), CanonicalJson.EMPTY)))
                .doesNotHaveDuplicates();
    }

    @Test
    void readsItsHexBackAndNothingElse() {
        FactsHash hash = FactsHash.of(1, FactsStatus.OK, List.of(), List.of(), DATA);
        assertThat(FactsHash.ofHex(hash.hex())).isEqualTo(hash);
        assertThat(FactsHash.ofBytes(hash.toByteArray())).isEqualTo(hash);
        assertThatThrownBy(() -> FactsHash.ofHex(hash.hex().toUpperCase(java.util.Locale.ROOT)))
                .isInstanceOf(MalformedMessage.class);
        assertThatThrownBy(() -> FactsHash.ofBytes(new byte[31])).isInstanceOf(MalformedMessage.class);
    }
}
