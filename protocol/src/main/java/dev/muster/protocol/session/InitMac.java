package dev.muster.protocol.session;

import dev.muster.protocol.noise.Primitives;
import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.wire.InitPacket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * mac1 of INIT: HMAC-SHA256 under a hash of the responder's public key, cut to 16 bytes. Who does not know that key gets no answer at all,
 * at the cost of one HMAC. After WireGuard (Donenfeld 2017, section 5.4.4).
 */
final class InitMac {
    private static final byte[] LABEL = "muster mac1".getBytes(StandardCharsets.US_ASCII);

    private final byte[] key;

    InitMac(PublicKey responder) {
        this.key = Primitives.sha256(LABEL, responder.toBytes());
    }

    /** Writes mac1 into a whole INIT. */
    void sign(byte[] init) {
        System.arraycopy(mac(init), 0, init, InitPacket.MAC1_OFFSET, InitPacket.MAC_BYTES);
    }

    boolean verify(byte[] init) {
        int end = InitPacket.MAC1_OFFSET + InitPacket.MAC_BYTES;
        return MessageDigest.isEqual(mac(init), Arrays.copyOfRange(init, InitPacket.MAC1_OFFSET, end));
    }

    private byte[] mac(byte[] init) {
        return Arrays.copyOf(Primitives.hmac(key, init, 0, InitPacket.MAC1_OFFSET), InitPacket.MAC_BYTES);
    }
}
