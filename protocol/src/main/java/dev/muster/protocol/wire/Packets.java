package dev.muster.protocol.wire;

/**
 * What all packets share: the first byte is the type, integers are big-endian, one packet is one UDP payload.
 *
 * <pre>
 * 01 INIT 208 B    02 RESP 128 B    03 COOKIE 60 B    04 DATA 40 B and up    05 RESET 32 B    06 VERNEG 44 B
 * </pre>
 */
public final class Packets {
    public static final int INIT = 1;
    public static final int RESP = 2;
    public static final int COOKIE = 3;
    public static final int DATA = 4;
    public static final int RESET = 5;
    public static final int VERNEG = 6;

    /** The only version so far. */
    public static final int VERSION = 1;

    /** Noise_IK_25519_AESGCM_SHA256. */
    public static final int SUITE = 1;

    /** Fits into the least MTU of IPv6: 1,280 - 40 - 8 = 1,232. */
    public static final int MAX_BYTES = 1_200;

    /** Header that is authenticated with what follows: all of it in DATA, the Noise prologue in INIT. */
    public static final int HEADER_BYTES = 16;

    /** The shortest packet worth an answer; DATA is padded to it. */
    public static final int MIN_DATA_BYTES = 40;

    private Packets() {}

    /** The type of a packet; 0, which no packet has, for an empty one. */
    public static int type(byte[] packet) {
        return packet.length == 0 ? 0 : packet[0];
    }
}
