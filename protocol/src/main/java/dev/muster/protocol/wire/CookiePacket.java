package dev.muster.protocol.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Asks an initiator to prove its address before anything is computed for it; smaller than the INIT that it answers.
 *
 * <pre>
 *  0    1   2     8                 16         20        28                          60
 * +----+---+-----+-----------------+----------+---------+---------------------------+
 * |0x03|ver|0 (6)| initiator sid 8 | 0 (4)    | nonce 8 | cookie 16, AES-GCM tag 16 |
 * +----+---+-----+-----------------+----------+---------+---------------------------+
 * </pre>
 *
 * The first 16 bytes are authenticated with the cookie.
 *
 * @param sid of the INIT that it answers
 * @param nonce random; with the four bytes before it that of AES-GCM
 * @param sealed 32 bytes
 */
@SuppressWarnings("ArrayRecordComponent") // a view of bytes just made or just received, never compared
public record CookiePacket(long sid, long nonce, byte[] sealed) {
    public static final int BYTES = 60;
    public static final int COOKIE_BYTES = 16;
    private static final int SEALED_OFFSET = Packets.HEADER_BYTES + 12;

    /** The first 16 bytes. */
    public static byte[] header(long sid) {
        return ByteBuffer.allocate(Packets.HEADER_BYTES)
                .put((byte) Packets.COOKIE)
                .put((byte) Packets.VERSION)
                .put(new byte[6])
                .putLong(sid)
                .array();
    }

    public byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .put(header(sid))
                .putInt(0)
                .putLong(nonce)
                .put(sealed)
                .array();
    }

    /** Empty unless length, type, version and reserved bytes are right. */
    public static Optional<CookiePacket> decode(byte[] packet) {
        if (packet.length != BYTES) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(packet);
        long sid = in.getLong(8);
        boolean known = Arrays.equals(packet, 0, Packets.HEADER_BYTES, header(sid), 0, Packets.HEADER_BYTES)
                && in.getInt(Packets.HEADER_BYTES) == 0;
        return known
                ? Optional.of(new CookiePacket(
                        sid, in.getLong(Packets.HEADER_BYTES + 4), Arrays.copyOfRange(packet, SEALED_OFFSET, BYTES)))
                : Optional.empty();
    }
}
