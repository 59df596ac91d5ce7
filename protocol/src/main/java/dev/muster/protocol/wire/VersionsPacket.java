package dev.muster.protocol.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * VERNEG: tells an initiator of another version which ones are spoken here.
 *
 * <pre>
 *  0    1     8                 16  17           28       44
 * +----+-----+-----------------+---+------------+--------+
 * |0x06|0 (7)| initiator sid 8 | n | versions 11| mac 16 |
 * +----+-----+-----------------+---+------------+--------+
 * </pre>
 *
 * @param sid of the INIT that it answers
 * @param versions 1 to 11, each 1 to 255, best first
 * @param mac over mac1 of the INIT and the 28 bytes before it
 */
@SuppressWarnings("ArrayRecordComponent") // a view of bytes just made or just received, never compared
public record VersionsPacket(long sid, byte[] versions, byte[] mac) {
    public static final int BYTES = 44;
    public static final int MAC_OFFSET = 28;
    private static final int MAX_VERSIONS = 11;
    private static final int VERSIONS_OFFSET = Packets.HEADER_BYTES + 1;

    /** The 28 bytes that the mac is over. */
    public static byte[] authenticated(long sid, byte[] versions) {
        return ByteBuffer.allocate(MAC_OFFSET)
                .put((byte) Packets.VERNEG)
                .put(new byte[7])
                .putLong(sid)
                .put((byte) versions.length)
                .put(versions)
                .array();
    }

    public byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .put(authenticated(sid, versions))
                .put(mac)
                .array();
    }

    /** Empty unless length, type, reserved bytes and the number of versions are right. */
    public static Optional<VersionsPacket> decode(byte[] packet) {
        if (packet.length != BYTES || packet[0] != Packets.VERNEG) {
            return Optional.empty();
        }
        int count = packet[Packets.HEADER_BYTES];
        if (count < 1 || count > MAX_VERSIONS) {
            return Optional.empty();
        }
        long sid = ByteBuffer.wrap(packet).getLong(8);
        byte[] versions = Arrays.copyOfRange(packet, VERSIONS_OFFSET, VERSIONS_OFFSET + count);
        boolean clean = Arrays.equals(packet, 0, MAC_OFFSET, authenticated(sid, versions), 0, MAC_OFFSET);
        return clean
                ? Optional.of(new VersionsPacket(sid, versions, Arrays.copyOfRange(packet, MAC_OFFSET, BYTES)))
                : Optional.empty();
    }
}
