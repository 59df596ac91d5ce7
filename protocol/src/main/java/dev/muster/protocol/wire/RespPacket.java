package dev.muster.protocol.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Answers INIT; smaller than it, so that nobody is flooded by way of a responder.
 *
 * <pre>
 *  0    1   2     3     4        8                 16                        128
 * +----+---+-----+-----+--------+-----------------+--------------------------+
 * |0x02|ver|suite|  0  | 0 (4)  | initiator sid 8 | second Noise message 112 |
 * +----+---+-----+-----+--------+-----------------+--------------------------+
 * </pre>
 *
 * @param sid the initiator's, from INIT
 * @param noise the second Noise message, 112 bytes
 */
@SuppressWarnings("ArrayRecordComponent") // a view of bytes just made or just received, never compared
public record RespPacket(long sid, byte[] noise) {
    public static final int BYTES = 128;
    public static final int NOISE_BYTES = BYTES - Packets.HEADER_BYTES;

    public byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .put((byte) Packets.RESP)
                .put((byte) Packets.VERSION)
                .put((byte) Packets.SUITE)
                .put((byte) 0)
                .putInt(0)
                .putLong(sid)
                .put(noise)
                .array();
    }

    /** Empty unless length, type, version, suite and reserved bytes are right. */
    public static Optional<RespPacket> decode(byte[] packet) {
        if (packet.length != BYTES || packet[0] != Packets.RESP) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(packet);
        boolean known =
                packet[1] == Packets.VERSION && packet[2] == Packets.SUITE && packet[3] == 0 && in.getInt(4) == 0;
        if (!known) {
            return Optional.empty();
        }
        return Optional.of(new RespPacket(in.getLong(8), Arrays.copyOfRange(packet, Packets.HEADER_BYTES, BYTES)));
    }
}
