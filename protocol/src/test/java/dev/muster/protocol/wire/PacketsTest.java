package dev.muster.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Golden bytes: what these say is what other versions on the network read. */
final class PacketsTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final long SID = 0x0102030405060708L;

    @Test
    void writesInitAsSpecified() {
        byte[] noise = filled(InitPacket.NOISE_BYTES, 0xEE);
        byte[] packet = new InitPacket(InitPacket.ROLE_MULTICAST_BIT, SID, noise).encode();
        assertThat(packet).hasSize(208);
        assertThat(HEX.formatHex(packet, 0, 16)).isEqualTo("01010180000000000102030405060708");
        assertThat(HEX.formatHex(packet, 16, 176)).isEqualTo("ee".repeat(160));
        assertThat(HEX.formatHex(packet, 176, 208)).isEqualTo("00".repeat(32));
        assertThat(InitPacket.decode(packet)).hasValueSatisfying(init -> {
            assertThat(init.sid()).isEqualTo(SID);
            assertThat(init.target()).isEqualTo(InitPacket.ROLE_TO_COLLECTOR);
            assertThat(init.noise()).isEqualTo(noise);
        });
    }

    @Test
    void bindsInitsHeaderIntoThePrologue() {
        byte[] packet = new InitPacket(0, SID, new byte[InitPacket.NOISE_BYTES]).encode();
        assertThat(HEX.formatHex(InitPacket.prologue(packet)))
                .isEqualTo("6d75737465722d31" + "01010100000000000102030405060708");
        assertThat(InitPacket.prologue(InitPacket.header(0, SID))).isEqualTo(InitPacket.prologue(packet));
    }

    @Test
    void writesInitsPayloadAsSpecified() {
        var payload = new InitPayload(
                new SpoolId(0x1111111111111111L, 0x2222222222222222L),
                0x3333333333333333L,
                0x4444444444444444L,
                1_200,
                0x5555,
                new CollectorRun(0x6666666666666666L, 0x7777777777777777L));
        assertThat(HEX.formatHex(payload.encode()))
                .isEqualTo("11".repeat(8) + "22".repeat(8) + "33".repeat(8) + "44".repeat(8) + "04b0" + "5555"
                        + "66".repeat(8) + "77".repeat(8) + "00".repeat(12));
        assertThat(InitPayload.decode(payload.encode())).isEqualTo(payload);
    }

    @Test
    void writesRespAsSpecified() {
        byte[] noise = filled(RespPacket.NOISE_BYTES, 0xDD);
        byte[] packet = new RespPacket(SID, noise).encode();
        assertThat(HEX.formatHex(packet)).isEqualTo("02010100000000000102030405060708" + "dd".repeat(112));
        assertThat(RespPacket.decode(packet)).hasValueSatisfying(resp -> {
            assertThat(resp.sid()).isEqualTo(SID);
            assertThat(resp.noise()).isEqualTo(noise);
        });
    }

    @Test
    void writesRespsPayloadAsSpecified() {
        var payload = new RespPayload(
                SID,
                new CollectorRun(0x1111111111111111L, 0x2222222222222222L),
                filled(16, 0x33),
                1_200,
                RespPayload.CAP_STREAMS_CONTINUE,
                RespPayload.STATUS_PENDING,
                200,
                65_535,
                0x4444444444444444L);
        byte[] bytes = payload.encode();
        assertThat(HEX.formatHex(bytes))
                .isEqualTo("0102030405060708" + "11".repeat(8) + "22".repeat(8) + "33".repeat(16) + "04b0" + "0001"
                        + "01" + "c8" + "ffff" + "44".repeat(8) + "00".repeat(8));
        RespPayload read = RespPayload.decode(bytes);
        assertThat(read.encode()).isEqualTo(bytes);
        assertThat(read.streamsContinue()).isTrue();
        assertThat(read.spreadSeconds()).isEqualTo(200);
        assertThat(read.keepaliveSeconds()).isEqualTo(65_535);
    }

    @Test
    void writesDatasHeaderAsSpecified() {
        byte[] packet = DataPacket.allocate(SID, 0xA1A2A3A4A5A6L, 8);
        assertThat(HEX.formatHex(packet)).isEqualTo("0400" + "0102030405060708" + "a1a2a3a4a5a6" + "00".repeat(24));
        assertThat(DataPacket.wellFormed(packet)).isTrue();
        assertThat(DataPacket.sid(packet)).isEqualTo(SID);
        assertThat(DataPacket.counter(packet)).isEqualTo(0xA1A2A3A4A5A6L);
    }

    @Test
    void writesResetAsSpecified() {
        byte[] packet = new ResetPacket(SID, filled(16, 0x99)).encode();
        assertThat(HEX.formatHex(packet)).isEqualTo("0501000000000000" + "0102030405060708" + "99".repeat(16));
        assertThat(ResetPacket.decode(packet)).hasValueSatisfying(reset -> {
            assertThat(reset.sid()).isEqualTo(SID);
            assertThat(reset.token()).isEqualTo(filled(16, 0x99));
        });
    }

    @SuppressWarnings("ArrayRecordComponent")
    record Layout(String name, byte[] packet, Function<byte[], Boolean> accepts, int checkedBytes) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Layout> layouts() {
        return Stream.of(
                new Layout(
                        "INIT",
                        new InitPacket(0, SID, new byte[InitPacket.NOISE_BYTES]).encode(),
                        p -> InitPacket.decode(p).isPresent(),
                        8),
                new Layout(
                        "RESP",
                        new RespPacket(SID, new byte[RespPacket.NOISE_BYTES]).encode(),
                        p -> RespPacket.decode(p).isPresent(),
                        8),
                new Layout(
                        "RESET",
                        new ResetPacket(SID, new byte[16]).encode(),
                        p -> ResetPacket.decode(p).isPresent(),
                        8),
                new Layout("DATA", DataPacket.allocate(SID, 1, 8), DataPacket::wellFormed, 2));
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void refusesAnyChangeOfTypeVersionSuiteOrReservedBytes(Layout layout) {
        assertThat(layout.accepts.apply(layout.packet)).isTrue();
        for (int at = 0; at < layout.checkedBytes; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] bad = layout.packet.clone();
                bad[at] ^= (byte) (1 << bit);
                boolean role = layout.name.equals("INIT") && at == 3 && (bit == 0 || bit == 7);
                assertThat(layout.accepts.apply(bad))
                        .as("bit %d of byte %d", bit, at)
                        .isEqualTo(role);
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void takesAnyBytesWithoutAnException(long seed) {
        var random = new Random(seed);
        int decoded = 0;
        for (int i = 0; i < 30_000; i++) {
            int[] lengths = {0, 1, 15, 16, 32, 39, 40, 128, 208, 1_200, 1_201, random.nextInt(2_100)};
            byte[] junk = new byte[lengths[random.nextInt(lengths.length)]];
            random.nextBytes(junk);
            for (int at = 0; at < Math.min(3, junk.length); at++) {
                junk[at] = (byte) random.nextInt(7);
            }
            decoded += Stream.of(InitPacket.decode(junk), RespPacket.decode(junk), ResetPacket.decode(junk))
                            .anyMatch(Optional::isPresent)
                    ? 1
                    : 0;
            boolean data = DataPacket.wellFormed(junk);
            assertThat(data && (junk.length < 40 || junk.length > 1_200)).isFalse();
        }
        assertThat(decoded).as("reserved bytes are random here").isZero();
    }

    @Test
    void tellsAForeignVersionFromAMalformedPacket() {
        byte[] packet = new InitPacket(0, SID, new byte[InitPacket.NOISE_BYTES]).encode();
        assertThat(InitPacket.foreignVersion(packet)).isFalse();
        packet[1] = 2;
        assertThat(InitPacket.foreignVersion(packet)).isTrue();
        assertThat(InitPacket.decode(packet)).isEmpty();
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
