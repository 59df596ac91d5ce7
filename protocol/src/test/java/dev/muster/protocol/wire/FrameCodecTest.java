package dev.muster.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.protocol.wire.Frame.Ack;
import dev.muster.protocol.wire.Frame.Ack.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class FrameCodecTest {
    private static final SpoolId SPOOL = SpoolId.parse("000102030405060708090a0b0c0d0e0f");

    static Stream<Arguments> golden() {
        return Stream.of(
                Arguments.of(new Frame.Padding(3), "000000"),
                Arguments.of(new Frame.Ping(), "01"),
                Arguments.of(new Ack(0x11223344, List.of(new Range(7, 9))), "02 000000000009 11223344 00 0002"),
                Arguments.of(
                        new Ack(25_000, List.of(new Range(100, 100), new Range(95, 98), new Range(3, 4))),
                        "02 000000000064 000061a8 02 0000 0000 0003 0059 0001"),
                Arguments.of(
                        new Frame.Stream(1, 0x0102_0304_0506L, new byte[] {(byte) 0xCA, (byte) 0xFE}),
                        "03 01 010203040506 0002 cafe"),
                Arguments.of(new Frame.Window(0, 65_536), "04 00 000000010000"),
                Arguments.of(new Frame.Resume(1, SPOOL, 42), "05 01 000102030405060708090a0b0c0d0e0f 000000000000002a"),
                Arguments.of(new Frame.Applied(1, 258), "06 01 0000000000000102"),
                Arguments.of(
                        new Frame.Heartbeat(0x80, 0xFFFF_FFFFL, 10_000, 3_600_000),
                        "07 80 ffffffff 00002710 000000000036ee80"),
                Arguments.of(new Frame.PathChallenge(-2), "08 fffffffffffffffe"),
                Arguments.of(new Frame.PathResponse(0x0123_4567_89AB_CDEFL), "09 0123456789abcdef"),
                Arguments.of(new Frame.Close(2, "né"), "0a 0002 03 6ec3a9"),
                Arguments.of(new Frame.Extension(0xFF, new byte[] {5}), "ff 0001 05"));
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
    void onlyAckPaddingAndHeartbeatAskForNoAcknowledgement() {
        assertThat(golden().map(arguments -> (Frame) arguments.get()[0]).filter(frame -> !frame.ackEliciting()))
                .hasSize(4)
                .allMatch(frame ->
                        frame instanceof Ack || frame instanceof Frame.Padding || frame instanceof Frame.Heartbeat);
    }
}
