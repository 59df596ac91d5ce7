package dev.muster.protocol.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Opens a handshake.
 *
 * <pre>
 *  0    1   2     3     4        8                 16
 * +----+---+-----+-----+--------+-----------------+----------------------------------------+
 * |0x01|ver|suite|role | 0 (4)  | initiator sid 8 | first Noise message (160)              |
 * +----+---+-----+-----+--------+-----------------+----------------------------------------+
 * 176: mac1 (16)    192: mac2 (16), zero without a cookie    208
 * </pre>
 *
 * role: bits 0-1 are 0 for agent to collector, 1 for agent to agent; bit 7 says that it was sent to a multicast group. The header is
 * part of the Noise prologue, so that none of it can be changed on the way.
 *
 * @param role as above
 * @param sid the initiator's session id: RESP and DATA to it carry this
 * @param noise the first Noise message, 160 bytes
 */
@SuppressWarnings("ArrayRecordComponent") // a view of bytes just made or just received, never compared
public record InitPacket(int role, long sid, byte[] noise) {
    public static final int BYTES = 208;
    public static final int MAC_BYTES = 16;
    public static final int MAC1_OFFSET = BYTES - 2 * MAC_BYTES;
    public static final int MAC2_OFFSET = BYTES - MAC_BYTES;
    public static final int NOISE_BYTES = MAC1_OFFSET - Packets.HEADER_BYTES;
    public static final int ROLE_TO_COLLECTOR = 0;
    public static final int ROLE_TO_AGENT = 1;
    public static final int ROLE_MULTICAST_BIT = 0x80;

    private static final byte[] PROLOGUE_LABEL = "muster-1".getBytes(StandardCharsets.US_ASCII);

    /** The Noise prologue for a header: a label, then the 16 bytes. */
    public static byte[] prologue(byte[] packet) {
        byte[] prologue = Arrays.copyOf(PROLOGUE_LABEL, PROLOGUE_LABEL.length + Packets.HEADER_BYTES);
        System.arraycopy(packet, 0, prologue, PROLOGUE_LABEL.length, Packets.HEADER_BYTES);
        return prologue;
    }

    /** The first 16 bytes. */
    public static byte[] header(int role, long sid) {
        return ByteBuffer.allocate(Packets.HEADER_BYTES)
                .put((byte) Packets.INIT)
                .put((byte) Packets.VERSION)
                .put((byte) Packets.SUITE)
                .put((byte) role)
                .putInt(0)
                .putLong(sid)
                .array();
    }

    /** Whom it is meant for, without the multicast bit: one of the {@code ROLE_TO_} numbers. */
    public int target() {
        return role & ~ROLE_MULTICAST_BIT;
    }

    /** Whether it was sent to a group. */
    public boolean multicast() {
        return (role & ROLE_MULTICAST_BIT) != 0;
    }

    /** Whether this is an INIT of a version that we do not speak: its mac1 stands in the same place. */
    public static boolean foreignVersion(byte[] packet) {
        return packet.length == BYTES && packet[0] == Packets.INIT && packet[1] != Packets.VERSION;
    }

    private static boolean knownRole(int target) {
        return target == ROLE_TO_COLLECTOR || target == ROLE_TO_AGENT;
    }

    /** The whole packet but for the macs, which are zero. */
    public byte[] encode() {
        byte[] packet = Arrays.copyOf(header(role, sid), BYTES);
        System.arraycopy(noise, 0, packet, Packets.HEADER_BYTES, NOISE_BYTES);
        return packet;
    }

    /** Empty unless length, type, version, suite and reserved bytes are right; the macs are the caller's to check. */
    public static Optional<InitPacket> decode(byte[] packet) {
        if (packet.length != BYTES || packet[0] != Packets.INIT) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(packet);
        boolean known = packet[1] == Packets.VERSION
                && packet[2] == Packets.SUITE
                && knownRole(Byte.toUnsignedInt(packet[3]) & ~ROLE_MULTICAST_BIT)
                && in.getInt(4) == 0;
        if (!known) {
            return Optional.empty();
        }
        byte[] noise = Arrays.copyOfRange(packet, Packets.HEADER_BYTES, MAC1_OFFSET);
        return Optional.of(new InitPacket(packet[3] & 0xFF, in.getLong(8), noise));
    }
}
