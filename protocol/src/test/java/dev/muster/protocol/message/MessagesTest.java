package dev.muster.protocol.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessagesTest {
    private static final String HEX = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    private static final FactsReport FACTS = FactsReport.of(
            "packages",
            "deb",
            1,
            FactsStatus.PARTIAL,
            List.of("/root/x"),
            List.of("cat: /root/x:\nPermission denied"),
            List.of("deb"),
            CanonicalJson.parse("{\"deb\":{\"bash\":\"5.2\"}}".getBytes(UTF_8)),
            Instant.ofEpochMilli(1_795_000_000_123L),
            42);
    private static final Hello HELLO = new Hello(
            List.of("web1", "web1.example.org"),
            List.of("192.0.2.7", "2001:db8::7"),
            HEX,
            "Debian GNU/Linux 12 (bookworm)",
            "0.1.0",
            "5f0c",
            Instant.ofEpochMilli(1_795_000_000_123L),
            "s3cret",
            HEX,
            "",
            LastRun.DIED);
    private static final Status STATUS = Status.trusted("0199d2a0-0000-7000-8000-000000000001", -250);
    private static final Goodbye GOODBYE = new Goodbye("host shuts down", 0x0123_4567_89ab_cdefL);

    @Test
    void goldenBytesOfFacts() {
        assertThat(new String(FACTS.encode(), UTF_8))
                .isEqualTo("{\"data\":{\"deb\":{\"bash\":\"5.2\"}},\"denied\":[\"/root/x\"],"
                        + "\"errors\":[\"cat: /root/x:\\nPermission denied\"],\"hash\":\""
                        + FACTS.hash().hex() + "\","
                        + "\"instance\":\"deb\",\"ran_at\":1795000000123,\"schema\":1,\"status\":\"partial\",\"took_ms\":42,"
                        + "\"truncated\":[\"deb\"],\"type\":\"packages\"}");
    }

    @Test
    void goldenBytesOfHello() {
        assertThat(new String(HELLO.encode(), UTF_8))
                .isEqualTo(
                        "{\"addresses\":[\"192.0.2.7\",\"2001:db8::7\"],\"agent_version\":\"0.1.0\",\"boot_id\":\"5f0c\","
                                + "\"clock\":1795000000123,\"generation\":\"" + HEX
                                + "\",\"last_run\":\"died\",\"machine_id_hash\":\"" + HEX
                                + "\","
                                + "\"names\":[\"web1\",\"web1.example.org\"],\"os\":\"Debian GNU/Linux 12 (bookworm)\","
                                + "\"peers_generation\":\"\",\"token\":\"s3cret\"}");
    }

    @Test
    void goldenBytesOfStatusAndGoodbye() {
        assertThat(new String(STATUS.encode(), UTF_8))
                .isEqualTo(
                        "{\"clock_offset_ms\":-250,\"host_id\":\"0199d2a0-0000-7000-8000-000000000001\",\"reason\":\"\","
                                + "\"trust\":\"trusted\"}");
        assertThat(new String(GOODBYE.encode(), UTF_8))
                .isEqualTo("{\"reason\":\"host shuts down\",\"run\":\"0123456789abcdef\"}");
    }

    @Test
    void encodesInCanonicalForm() {
        for (byte[] body : List.of(FACTS.encode(), HELLO.encode(), STATUS.encode(), GOODBYE.encode())) {
            assertThat(CanonicalJson.parse(body).toByteArray()).isEqualTo(body);
        }
    }

    @Test
    void decodesWhatItEncodes() {
        assertThat(FactsReport.decode(FACTS.encode())).isEqualTo(FACTS);
        assertThat(Hello.decode(HELLO.encode())).isEqualTo(HELLO);
        assertThat(Status.decode(STATUS.encode())).isEqualTo(STATUS);
        assertThat(Status.decode(Status.pending("").encode())).isEqualTo(Status.pending(""));
        assertThat(Status.decode(Status.refused("token spent").encode())).isEqualTo(Status.refused("token spent"));
        assertThat(Goodbye.decode(GOODBYE.encode())).isEqualTo(GOODBYE);
    }

    @ParameterizedTest
    @EnumSource
    void everyStatusHasItsWireName(FactsStatus status) {
        assertThat(FactsStatus.ofWireName(status.wireName())).isEqualTo(status);
    }

    @Test
    void skipsMembersOfNewerVersions() {
        String later = "{\"later\":{\"a\":[1.5,{}]}," + new String(STATUS.encode(), UTF_8).substring(1);
        assertThat(Status.decode(later.getBytes(UTF_8))).isEqualTo(STATUS);
    }

    @Test
    void recomputesTheHash() {
        String forged = new String(FACTS.encode(), UTF_8).replace("5.2", "5.3");
        assertThatThrownBy(() -> FactsReport.decode(forged.getBytes(UTF_8)))
                .isInstanceOf(MalformedMessage.class)
                .hasMessageContaining("hash does not match");
    }

    @Test
    void acceptsDataThatIsNotYetCanonical() {
        String spaced = new String(FACTS.encode(), UTF_8).replace("{\"bash\"", "{ \"bash\"");
        assertThat(FactsReport.decode(spaced.getBytes(UTF_8))).isEqualTo(FACTS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Os", "1os", "os/../x", "os x", "_os", "é"})
    void refusesAWrongTypeName(String name) {
        assertThatThrownBy(() -> FactsReport.typeName(name)).isInstanceOf(MalformedMessage.class);
    }

    @Test
    void namesTheFieldThatBreaksABound() {
        assertRefused(() -> new Goodbye("", 0), "reason is missing");
        assertRefused(() -> new Goodbye("x".repeat(257), 0), "reason is 257 characters long, at most 256");
        assertRefused(() -> new Goodbye("a\u001b[2J", 0), "reason contains a control character");
        assertRefused(() -> Goodbye.decode("{\"reason\":\"x\",\"run\":\"0x1\"}".getBytes(UTF_8)), "run is not hex");
        assertRefused(() -> Status.refused(""), "reason is missing");
        assertRefused(() -> Status.trusted("", 0), "host_id is missing");
        assertRefused(() -> Status.decode("{\"reason\":\"x\"}".getBytes(UTF_8)), "trust is missing");
        assertRefused(() -> Status.decode("{\"trust\":\"maybe\"}".getBytes(UTF_8)), "unknown trust");
        assertRefused(() -> Hello.decode("{}".getBytes(UTF_8)), "at least 1 is needed");
        assertRefused(() -> Hello.decode(new byte[4_097]), "at most 4096");
        assertRefused(() -> FactsReport.decode("{\"data\":{}}".getBytes(UTF_8)), "status is missing");
        assertRefused(() -> report(0, List.of()), "schema is 0");
        assertRefused(() -> report(1, Collections.nCopies(2_001, "x")), "denied has 2001 entries");
        assertRefused(() -> report(1, List.of("x".repeat(1_025))), "denied has an entry of 1025");
        assertRefused(() -> Status.decode("{\"trust\":\"pending\",\"trust\":\"pending\"}".getBytes(UTF_8)), "twice");
    }

    @Test
    void refusesDataOverTwoMebibytes() {
        var big = CanonicalJson.parse(
                ("{\"a\":\"" + "x".repeat(2 << 19) + "\",\"b\":\"" + "x".repeat(2 << 19) + "\"}").getBytes(UTF_8));
        assertRefused(
                () -> FactsReport.of(
                        "os", "", 1, FactsStatus.OK, List.of(), List.of(), List.of(), big, Instant.EPOCH, 0),
                "data is 2097");
    }

    @Test
    void keepsTheFirstNamesAndAddressesThatFit() {
        List<String> many = IntStream.range(0, 128)
                .mapToObj(i -> "2001:db8:1234:5678:9abc:def0:1234:%04x".formatted(i))
                .toList();
        var wide = new Hello(List.of("a"), many, "", "", "1", "", Instant.EPOCH, "t", "", "", LastRun.UNKNOWN);
        byte[] body = wide.encode();
        assertThat(body).hasSizeBetween(Hello.MAX_BODY_BYTES - 64, Hello.MAX_BODY_BYTES);
        Hello read = Hello.decode(body);
        assertThat(read.addresses()).isEqualTo(many.subList(0, read.addresses().size()));
        assertThat(read.token()).isEqualTo("t");
    }

    @Test
    void hidesTheTokenInLogs() {
        assertThat(HELLO.toString()).doesNotContain("s3cret").contains("token=hidden");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {21, 22, 23})
    void decodesAnyBytesOrThrowsItsOneException(long seed) {
        var random = new Random(seed);
        check(FACTS.encode(), FactsReport::decode, FactsReport::encode, random);
        check(HELLO.encode(), Hello::decode, Hello::encode, random);
        check(STATUS.encode(), Status::decode, Status::encode, random);
        check(GOODBYE.encode(), Goodbye::decode, Goodbye::encode, random);
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

    private static FactsReport report(int schema, List<String> denied) {
        return FactsReport.of(
                "os", "", schema, FactsStatus.OK, denied, List.of(), List.of(), CanonicalJson.EMPTY, Instant.EPOCH, 0);
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String text) {
        assertThatThrownBy(call).isInstanceOf(MalformedMessage.class).hasMessageContaining(text);
    }
}
