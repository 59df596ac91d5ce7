package dev.muster.protocol.session;

import dev.muster.protocol.noise.Primitives;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.wire.RespPayload;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What a RESET must show: HMAC-SHA256 of the session id under a key derived from the static private key, cut to 16 bytes. So a restarted
 * responder can make the token of a session that it has forgotten, and nobody else can (after RFC 9000 section 10.3).
 */
final class ResetTokens {
    private final byte[] key;

    ResetTokens(StaticKeys own) {
        this.key = own.derive("muster reset");
    }

    byte[] of(long sid) {
        byte[] mac = Primitives.hmac(
                key, ByteBuffer.allocate(Long.BYTES).putLong(sid).array());
        return Arrays.copyOf(mac, RespPayload.TOKEN_BYTES);
    }
}
