package dev.muster.protocol.session;

import dev.muster.protocol.noise.AeadKey;
import dev.muster.protocol.noise.Primitives;
import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.wire.CookiePacket;
import dev.muster.protocol.wire.InitPacket;
import dev.muster.protocol.wire.Packets;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Seals a cookie for the sender of one INIT: the key comes from the responder's public key and that INIT's mac1, so that only who saw the
 * INIT can read or make it. After WireGuard (Donenfeld 2017, section 5.4.7).
 */
final class CookieSeal {
    private static final byte[] LABEL = "muster cookie".getBytes(StandardCharsets.US_ASCII);

    private final byte[] key;

    CookieSeal(PublicKey responder) {
        this.key = Primitives.sha256(LABEL, responder.toBytes());
    }

    CookiePacket seal(byte[] init, long sid, byte[] cookie, long nonce) {
        return new CookiePacket(sid, nonce, keyOf(init).seal(nonce, CookiePacket.header(sid), cookie));
    }

    /** Empty unless the responder made it for this INIT. */
    Optional<byte[]> open(byte[] init, CookiePacket packet) {
        byte[] sealed = packet.sealed();
        return keyOf(init)
                .open(
                        packet.nonce(),
                        CookiePacket.header(packet.sid()),
                        0,
                        Packets.HEADER_BYTES,
                        sealed,
                        0,
                        sealed.length);
    }

    private AeadKey keyOf(byte[] init) {
        byte[] mac1 = Arrays.copyOfRange(init, InitPacket.MAC1_OFFSET, InitPacket.MAC2_OFFSET);
        return new AeadKey(Primitives.hmac(key, mac1));
    }

    /** Writes mac2 into an INIT whose mac1 stands. */
    static void sign(byte[] init, byte[] cookie) {
        System.arraycopy(mac2(init, cookie), 0, init, InitPacket.MAC2_OFFSET, InitPacket.MAC_BYTES);
    }

    static byte[] mac2(byte[] init, byte[] cookie) {
        return Arrays.copyOf(Primitives.hmac(cookie, init, 0, InitPacket.MAC2_OFFSET), InitPacket.MAC_BYTES);
    }
}
