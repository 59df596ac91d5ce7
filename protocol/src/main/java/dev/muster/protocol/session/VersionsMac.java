package dev.muster.protocol.session;

import dev.muster.protocol.noise.Primitives;
import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.wire.InitPacket;
import dev.muster.protocol.wire.Packets;
import dev.muster.protocol.wire.VersionsPacket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/** The mac of VERNEG, by which an initiator knows that its responder, or whoever knows that one's public key and saw the INIT, sent it. */
final class VersionsMac {
    private static final byte[] LABEL = "muster ver".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OURS = {Packets.VERSION};

    private final byte[] key;

    VersionsMac(PublicKey responder) {
        this.key = Primitives.sha256(LABEL, responder.toBytes());
    }

    /** The answer to an INIT of a version that we do not speak. */
    VersionsPacket answer(byte[] init, long sid) {
        return new VersionsPacket(sid, OURS, mac(init, VersionsPacket.authenticated(sid, OURS)));
    }

    boolean verify(byte[] init, VersionsPacket packet) {
        byte[] mac = mac(init, VersionsPacket.authenticated(packet.sid(), packet.versions()));
        return MessageDigest.isEqual(mac, packet.mac());
    }

    private byte[] mac(byte[] init, byte[] authenticated) {
        byte[] mac1 = Arrays.copyOfRange(init, InitPacket.MAC1_OFFSET, InitPacket.MAC2_OFFSET);
        return Arrays.copyOf(Primitives.hmac(key, mac1, authenticated), InitPacket.MAC_BYTES);
    }
}
