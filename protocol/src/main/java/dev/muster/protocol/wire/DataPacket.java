package dev.muster.protocol.wire;

import java.nio.ByteBuffer;

/**
 * Carries frames within a session.
 *
 * <pre>
 *  0    1     2                      10               16
 * +----+-----+----------------------+----------------+-------------------------------+---------+
 * |0x04|  0  | receiver sid (8)     | counter (6)    | frames, AES-256-GCM           | tag 16  |
 * +----+-----+----------------------+----------------+-------------------------------+---------+
 * </pre>
 *
 * The counter is the nonce, starts at 0 and grows by one with every packet sent: what is sent again is a new packet. The first 16
 * bytes are authenticated with the frames.
 */
public final class DataPacket {
    /** Bytes that are not frames. */
    public static final int OVERHEAD_BYTES = Packets.HEADER_BYTES + 16;

    private DataPacket() {}

    /** A packet with its header written and {@code frameBytes + 16} bytes free from offset 16. */
    public static byte[] allocate(long sid, long counter, int frameBytes) {
        return ByteBuffer.allocate(OVERHEAD_BYTES + frameBytes)
                .put((byte) Packets.DATA)
                .put((byte) 0)
                .putLong(sid)
                .putShort((short) (counter >>> 32))
                .putInt((int) counter)
                .array();
    }

    /** Whether length, type and flags are right. */
    public static boolean wellFormed(byte[] packet) {
        return packet.length >= Packets.MIN_DATA_BYTES
                && packet.length <= Packets.MAX_BYTES
                && packet[0] == Packets.DATA
                && packet[1] == 0;
    }

    public static long sid(byte[] packet) {
        return ByteBuffer.wrap(packet).getLong(2);
    }

    public static long counter(byte[] packet) {
        ByteBuffer in = ByteBuffer.wrap(packet);
        return ((long) Short.toUnsignedInt(in.getShort(10)) << 32) | Integer.toUnsignedLong(in.getInt(12));
    }
}
