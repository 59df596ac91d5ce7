package dev.muster.protocol.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.protocol.noise.PublicKey;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
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

/** DESIRED, PEERS and PEER_REPORT. */
final class DesiredStateMessagesTest {
    private static final PublicKey KEY = PublicKey.of(new byte[PublicKey.BYTES]);
    private static final String KEY_TEXT = "A".repeat(43) + "=";
    private static final Desired DESIRED = new Desired(List.of(
            new Desired.Instance("os", "", Desired.Run.OFF, Optional.empty(), new TreeMap<>()),
            new Desired.Instance(
                    "sums",
                    "/opt",
                    Desired.Run.ON,
                    Optional.of(Duration.ofMinutes(5)),
                    new TreeMap<>(Map.of("paths", "/opt/a\n/opt/b", "depth", "3")))));
    private static final Peers PEERS = new Peers(List.of(
            new Peers.Peer(
                    Peers.Kind.AGENT,
                    KEY,
                    List.of(new InetSocketAddress("192.0.2.7", 1_984), new InetSocketAddress("2001:db8::7", 65_535)),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(5)),
            new Peers.Peer(
                    Peers.Kind.COLLECTOR,
                    PublicKey.parse("B" + KEY_TEXT.substring(1)),
                    List.of(),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(5))));
    private static final PeerReport REPORT = new PeerReport(
            KEY.id(), PeerReport.State.SILENT, Duration.ofMillis(6_012), Instant.ofEpochMilli(1_795_000_000_123L));

    @Test
    void goldenBytes() {
        assertThat(new String(DESIRED.encode(), UTF_8))
                .isEqualTo(
                        "{\"instances\":["
                                + "{\"instance\":\"\",\"interval_ms\":0,\"parameters\":{},\"run\":\"off\",\"type\":\"os\"},"
                                + "{\"instance\":\"/opt\",\"interval_ms\":300000,"
                                + "\"parameters\":{\"depth\":\"3\",\"paths\":\"/opt/a\\n/opt/b\"},\"run\":\"on\",\"type\":\"sums\"}]}");
        assertThat(new String(PEERS.encode(), UTF_8))
                .isEqualTo("{\"peers\":["
                        + "{\"addresses\":[\"192.0.2.7:1984\",\"[2001:db8:0:0:0:0:0:7]:65535\"],\"dead_ms\":5000,"
                        + "\"interval_ms\":1000,\"kind\":\"agent\",\"public_key\":\"" + KEY_TEXT + "\"},"
                        + "{\"addresses\":[],\"dead_ms\":5000,\"interval_ms\":1000,\"kind\":\"collector\",\"public_key\":\"B"
                        + KEY_TEXT.substring(1) + "\"}]}");
        assertThat(new String(REPORT.encode(), UTF_8))
                .isEqualTo("{\"at\":1795000000123,\"peer\":\"" + KEY.id()
                        + "\",\"silence_ms\":6012,\"state\":\"silent\"}");
    }

    @Test
    void encodesInCanonicalForm() {
        for (byte[] body : List.of(DESIRED.encode(), PEERS.encode(), REPORT.encode())) {
            assertThat(CanonicalJson.parse(body).toByteArray()).isEqualTo(body);
        }
    }

    @Test
    void decodesWhatItEncodes() {
        assertThat(Desired.decode(DESIRED.encode())).isEqualTo(DESIRED);
        assertThat(Desired.decode(Desired.NOTHING.encode())).isEqualTo(Desired.NOTHING);
        assertThat(Peers.decode(PEERS.encode())).isEqualTo(PEERS);
        assertThat(Peers.decode(Peers.NONE.encode())).isEqualTo(Peers.NONE);
        assertThat(PeerReport.decode(REPORT.encode())).isEqualTo(REPORT);
    }

    @Test
    void aGenerationIsTheHashOfTheBytes() {
        assertThat(Generation.of("abc".getBytes(UTF_8)))
                .as("FIPS 180-2, appendix B.1")
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void skipsMembersOfNewerVersions() {
        String later = new String(PEERS.encode(), UTF_8).replace("\"kind\"", "\"later\":[{}],\"kind\"");
        assertThat(Peers.decode(later.getBytes(UTF_8))).isEqualTo(PEERS);
        String desired = new String(DESIRED.encode(), UTF_8).replace("\"run\"", "\"later\":{\"a\":1},\"run\"");
        assertThat(Desired.decode(desired.getBytes(UTF_8))).isEqualTo(DESIRED);
    }

    @Test
    void namesWhatBreaksABound() {
        assertRefused(
                () -> new Desired(Collections.nCopies(2, DESIRED.instances().getFirst())), "twice");
        assertRefused(() -> desired("{\"type\":\"OS\"}"), "type");
        assertRefused(() -> desired("{\"type\":\"os\",\"run\":\"maybe\"}"), "unknown run");
        assertRefused(() -> desired("{\"type\":\"os\",\"interval_ms\":-1}"), "interval_ms is -1");
        assertRefused(() -> desired("{\"type\":\"os\",\"instance\":\"a\\u0000\"}"), "control character");
        assertRefused(() -> desired("{\"type\":\"os\",\"parameters\":{\"a\":\"1\",\"a\":\"2\"}}"), "twice");
        assertRefused(
                () -> desired("{\"type\":\"os\",\"parameters\":{\"a\":\"" + "x".repeat(65_537) + "\"}}"), "65537");
        assertRefused(() -> desired("[]"), "objects only");
        assertRefused(() -> peers("192.0.2.7:0"), "address:port");
        assertRefused(() -> peers("192.0.2.7"), "address:port");
        assertRefused(() -> peers("example.org:1984"), "address:port");
        assertRefused(() -> peers("999.0.2.7:1984"), "address:port");
        assertRefused(() -> peers("[fe80::1%eth0]:1984"), "address:port");
        assertRefused(() -> peers("224.0.2.5:1984"), "nobody can be at");
        assertRefused(() -> peers("0.0.0.0:1984"), "nobody can be at");
        assertRefused(() -> new Peers(Collections.nCopies(65, PEERS.peers().getFirst())), "more than 64");
        assertRefused(() -> new Peers(Collections.nCopies(2, PEERS.peers().getFirst())), "twice");
        assertRefused(() -> Peers.decode("{\"peers\":[{}]}".getBytes(UTF_8)), "kind is missing");
        assertRefused(
                () -> new Peers.Peer(
                        Peers.Kind.COLLECTOR, KEY, List.of(), Duration.ofMillis(99), Duration.ofSeconds(5)),
                "interval_ms must be");
        assertRefused(() -> PeerReport.decode("{\"peer\":\"abc\",\"state\":\"back\"}".getBytes(UTF_8)), "peer must be");
        assertRefused(() -> PeerReport.decode("{\"state\":\"gone\"}".getBytes(UTF_8)), "unknown state");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {31, 32, 33})
    void decodesAnyBytesOrThrowsItsOneException(long seed) {
        var random = new Random(seed);
        check(DESIRED.encode(), Desired::decode, Desired::encode, random);
        check(PEERS.encode(), Peers::decode, Peers::encode, random);
        check(REPORT.encode(), PeerReport::decode, PeerReport::encode, random);
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

    private static void desired(String instance) {
        Desired.decode(("{\"instances\":[" + instance + "]}").getBytes(UTF_8));
    }

    private static void peers(String address) {
        Peers.decode(new String(PEERS.encode(), UTF_8)
                .replace("192.0.2.7:1984", address)
                .getBytes(UTF_8));
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String text) {
        assertThatThrownBy(call).isInstanceOf(MalformedMessage.class).hasMessageContaining(text);
    }
}
