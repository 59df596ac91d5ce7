package dev.muster.protocol.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Says that a session id is unknown here; smaller than any packet that triggers it, so that two of these never answer each other.
 *
 * <pre>
 *  0    1   2      8          16         32
 * +----+---+------+----------+----------+
 * |0x05|ver|0 (6) | dead sid | token 16 |
 * +----+---+------+----------+----------+
 * </pre>
 *
 * @param sid the responder's session id that is dead
 * @param token what RESP promised for it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared but in constant time by its receiver
public record ResetPacket(long sid, byte[] token) {
    public static final int BYTES = 32;

    public byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .put((byte) Packets.RESET)
                .put((byte) Packets.VERSION)
                .put(new byte[6])
                .putLong(sid)
                .put(token)
                .array();
    }

    /** Empty unless length, type, version and reserved bytes are right. */
    public static Optional<ResetPacket> decode(byte[] packet) {
        if (packet.length != BYTES || packet[0] != Packets.RESET || packet[1] != Packets.VERSION) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(packet);
        if ((in.getLong(0) & 0xFFFF_FFFF_FFFFL) != 0) {
            return Optional.empty();
        }
        return Optional.of(new ResetPacket(in.getLong(8), Arrays.copyOfRange(packet, 16, BYTES)));
    }
}
