package dev.muster.protocol.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.protocol.wire.Frame.Ack;
import dev.muster.protocol.wire.Frame.Ack.Range;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class FrameCodecTest {
    private static final SpoolId SPOOL = SpoolId.parse("000102030405060708090a0b0c0d0e0f");

    private static final Map<String, Frame> FRAMES = Map.ofEntries(
            entry("PADDING", new Frame.Padding(3)),
            entry("PING", new Frame.Ping()),
            entry("ACK", new Ack(0x11223344, List.of(new Range(7, 9)))),
            entry("ACK_RANGES", new Ack(25_000, List.of(new Range(100, 100), new Range(95, 98), new Range(3, 4)))),
            entry("STREAM", new Frame.Stream(1, 0x0102_0304_0506L, new byte[] {(byte) 0xCA, (byte) 0xFE})),
            entry("STREAM_EMPTY", new Frame.Stream(0, 0, new byte[0])),
            entry("WINDOW", new Frame.Window(0, 65_536)),
            entry("RESUME", new Frame.Resume(1, SPOOL, 42)),
            entry("APPLIED", new Frame.Applied(1, 258)),
            entry("HEARTBEAT", new Frame.Heartbeat(0x80, 0xFFFF_FFFFL, 10_000, 3_600_000)),
            entry("PATH_CHALLENGE", new Frame.PathChallenge(-2)),
            entry("PATH_RESPONSE", new Frame.PathResponse(0x0123_4567_89AB_CDEFL)),
            entry("CLOSE", new Frame.Close(2, "né")),
            entry("EXTENSION", new Frame.Extension(0xFF, new byte[] {5})));

    /** The bytes stand in {@code golden/frames.txt}. */
    static Stream<Arguments> golden() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(FrameCodecTest.class.getResourceAsStream("/golden/frames.txt"), "frames")) {
            return new String(in.readAllBytes(), US_ASCII)
                            .lines()
                            .filter(line -> !line.startsWith("#"))
                            .map(line -> line.split("\\s+", 2))
                            .map(parts ->
                                    Arguments.of(Objects.requireNonNull(FRAMES.get(parts[0]), parts[0]), parts[1]))
                            .toList()
                            .stream();
        }
    }

    @Test
    void theGoldenBytesCoverEveryKindOfFrame() throws IOException {
        assertThat(golden()).hasSameSizeAs(FRAMES.entrySet());
        Set<Object> covered = FRAMES.values().stream().map(Object::getClass).collect(Collectors.toSet());
        assertThat(covered).isEqualTo(Set.of((Object[]) Frame.class.getPermittedSubclasses()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("golden")
    void writesAndReadsTheBytesOfTheSpecification(Frame frame, String hex) throws ProtocolViolation {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));

        assertThat(FrameCodec.encode(List.of(frame))).isEqualTo(bytes);
        assertThat(FrameCodec.encodedBytes(frame)).isEqualTo(bytes.length);
        assertThat(FrameCodec.decode(bytes)).containsExactly(frame);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("golden")
    void refusesEveryFrameCutShort(Frame frame, String hex) throws ProtocolViolation {
        byte[] bytes = FrameCodec.encode(List.of(new Frame.Ping(), frame));
        int shortest = frame instanceof Frame.Padding ? bytes.length : 2;
        for (int length = shortest; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> FrameCodec.decode(cut))
                    .as("%d of %d bytes of %s", length, bytes.length, hex)
                    .isInstanceOf(ProtocolViolation.class);
        }
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource({
        "0b, a type that is not assigned",
        "7f, the last type that is not an extension",
        "030200000000000000 00, a third channel",
        "03 00 ffffffffffff 0001 00, an offset beyond 48 bits",
        "02 000000000001 00000000 00 0002, a range below packet 0",
        "02 000000000005 00000000 01 0002 0002 0000, a second range below packet 0",
        "02 0000ffffffff 00000000 21 0000, more than 33 ranges",
        "05 00 00000000000000000000000000000000 ffffffffffffffff, a negative sequence number",
        "06 00 8000000000000000, a negative sequence number",
        "0a 0000 01 ff, text that is not UTF-8",
    })
    void refuses(String hex, String what) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        ProtocolViolation violation = catchThrowableOfType(ProtocolViolation.class, () -> FrameCodec.decode(bytes));
        assertThat(violation).as(what).isNotNull();
        assertThat(violation.reason()).isEqualTo(CloseReason.FRAME_SYNTAX);
    }

    @Test
    void padsAPacketToItsMinimum() throws ProtocolViolation {
        byte[] packet = FrameCodec.encodePacket(List.of(new Frame.Ping()));

        assertThat(packet).containsExactly(1, 0, 0, 0, 0, 0, 0, 0);
        assertThat(FrameCodec.decode(packet)).containsExactly(new Frame.Ping(), new Frame.Padding(7));
    }

    @Test
    void readsRandomBytesAsFramesThatEncodeToThemOrRefusesThem() {
        var random = new Random(20_000);
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            if (random.nextBoolean() && bytes.length > 1) {
                bytes[0] = (byte) random.nextInt(12);
                bytes[1] = (byte) random.nextInt(2);
            }
            try {
                assertThat(FrameCodec.encode(FrameCodec.decode(bytes))).isEqualTo(bytes);
                read++;
            } catch (ProtocolViolation refused) {
                assertThat(refused.reason()).isEqualTo(CloseReason.FRAME_SYNTAX);
            }
        }
        assertThat(read).as("cases that were frames").isGreaterThan(300);
    }

    @Test
    void readsWhatItWroteForRandomAcknowledgements() throws ProtocolViolation {
        var random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            var ranges = new ArrayList<Range>();
            long last = random.nextLong(Frame.MAX_48_BITS);
            while (last >= 0 && ranges.size() < 1 + random.nextInt(Ack.MAX_RANGES)) {
                long first = Math.max(0, last - random.nextInt(0x1_0000));
                ranges.add(new Range(first, last));
                last = first - 2 - random.nextInt(0x1_0000);
            }
            var ack = new Ack(random.nextLong(1L << 32), ranges);
            assertThat(FrameCodec.decode(FrameCodec.encode(List.of(ack)))).containsExactly(ack);
        }
    }

    @Test
    void cutsACloseTextBetweenCharacters() {
        assertThat(Frame.Close.truncated(0, "ok").text()).isEqualTo("ok");
        assertThat(Frame.Close.truncated(0, "é".repeat(200)).text()).isEqualTo("é".repeat(127));
        assertThat(Frame.Close.truncated(0, "😀".repeat(200)).text()).isEqualTo("😀".repeat(63));
    }

    @Test
    void onlyAckPaddingAndHeartbeatAskForNoAcknowledgement() throws IOException {
        assertThat(golden().map(arguments -> (Frame) arguments.get()[0]).filter(frame -> !frame.ackEliciting()))
                .hasSize(4)
                .allMatch(frame ->
                        frame instanceof Ack || frame instanceof Frame.Padding || frame instanceof Frame.Heartbeat);
    }
}
