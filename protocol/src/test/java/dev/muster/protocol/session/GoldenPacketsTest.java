package dev.muster.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.noise.Handshake;
import dev.muster.protocol.noise.HandshakeFailure;
import dev.muster.protocol.noise.SessionKeys;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.wire.CollectorRun;
import dev.muster.protocol.wire.CookiePacket;
import dev.muster.protocol.wire.DataPacket;
import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.FrameCodec;
import dev.muster.protocol.wire.InitPacket;
import dev.muster.protocol.wire.InitPayload;
import dev.muster.protocol.wire.Packets;
import dev.muster.protocol.wire.ResetPacket;
import dev.muster.protocol.wire.RespPacket;
import dev.muster.protocol.wire.RespPayload;
import dev.muster.protocol.wire.SpoolId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A whole conversation from fixed keys, packet by packet, macs and ciphertext included: {@code golden/packets.txt}. */
final class GoldenPacketsTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final long AGENT_SID = 0x0102030405060708L;
    private static final long COLLECTOR_SID = 0x1112131415161718L;
    private static final StaticKeys AGENT = keys(0x21);
    private static final StaticKeys COLLECTOR = keys(0x22);

    static Map<String, byte[]> conversation() throws HandshakeFailure {
        var packets = new LinkedHashMap<String, byte[]>();
        byte[] prologue = InitPacket.prologue(InitPacket.header(InitPacket.ROLE_TO_COLLECTOR, AGENT_SID));
        var initiator = new Handshake.Initiator(prologue, AGENT, keys(0x23), COLLECTOR.publicKey());
        var said = new InitPayload(
                new SpoolId(0x31, 0x32), 0x33, 1_767_225_600_000L, Packets.MAX_BYTES, 0, new CollectorRun(0x34, 0x35));
        byte[] init = new InitPacket(InitPacket.ROLE_TO_COLLECTOR, AGENT_SID, initiator.write(said.encode())).encode();
        new InitMac(COLLECTOR.publicKey()).sign(init);
        packets.put("INIT", init);

        byte[] cookie = filled(CookiePacket.COOKIE_BYTES, 0x41);
        packets.put(
                "COOKIE",
                new CookieSeal(COLLECTOR.publicKey())
                        .seal(init, AGENT_SID, cookie, 0x42)
                        .encode());
        byte[] proven = init.clone();
        CookieSeal.sign(proven, cookie);
        packets.put("INIT_WITH_MAC2", proven);
        packets.put(
                "VERNEG",
                new VersionsMac(COLLECTOR.publicKey()).answer(init, AGENT_SID).encode());

        byte[] token = new ResetTokens(COLLECTOR).of(COLLECTOR_SID);
        var responder = new Handshake.Responder(
                prologue, COLLECTOR, Arrays.copyOfRange(init, Packets.HEADER_BYTES, InitPacket.MAC1_OFFSET));
        var answer = new RespPayload(
                COLLECTOR_SID, new CollectorRun(0x51, 0x52), token, Packets.MAX_BYTES, 0, 0, 3, 25, 1_767_225_600_001L);
        byte[] second = responder.write(answer.encode(), keys(0x24));
        packets.put("RESP", new RespPacket(AGENT_SID, second).encode());
        packets.put("RESET", new ResetPacket(COLLECTOR_SID, token).encode());

        SessionKeys keys = responder.keys();
        var collector = new SecureSession(COLLECTOR_SID, AGENT_SID, keys, 0);
        packets.put("DATA_PING", collector.seal(FrameCodec.encodePacket(List.of(new Frame.Ping()))));
        packets.put(
                "DATA_STREAM",
                collector.seal(FrameCodec.encodePacket(
                        List.of(new Frame.Applied(1, 7), new Frame.Stream(0, 0, filled(20, 0x61))))));
        return packets;
    }

    static Stream<String> names() throws HandshakeFailure {
        return conversation().keySet().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("names")
    void hasTheBytesThatItAlwaysHad(String name) throws HandshakeFailure, IOException {
        assertThat(HEX.formatHex(Objects.requireNonNull(conversation().get(name))))
                .isEqualTo(golden().get(name));
    }

    @Test
    void coversEveryTypeOfPacket() throws HandshakeFailure, IOException {
        assertThat(golden()).containsOnlyKeys(conversation().keySet());
        assertThat(conversation().values().stream().map(Packets::type).distinct())
                .containsExactlyInAnyOrder(
                        Packets.INIT, Packets.RESP, Packets.COOKIE, Packets.DATA, Packets.RESET, Packets.VERNEG);
        assertThat(conversation().values()).allMatch(packet -> packet.length <= InitPacket.BYTES);
        assertThat(DataPacket.counter(Objects.requireNonNull(conversation().get("DATA_STREAM"))))
                .isEqualTo(1);
    }

    private static Map<String, String> golden() throws IOException {
        try (InputStream in = Objects.requireNonNull(
                GoldenPacketsTest.class.getResourceAsStream("/golden/packets.txt"), "golden/packets.txt")) {
            var read = new LinkedHashMap<String, String>();
            new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\\s+", 2))
                    .forEach(parts -> read.put(parts[0], parts[1].replace(" ", "")));
            return read;
        }
    }

    private static StaticKeys keys(int value) {
        return StaticKeys.ofPrivate(filled(32, value));
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
