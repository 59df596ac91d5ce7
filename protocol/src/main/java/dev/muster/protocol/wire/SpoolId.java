package dev.muster.protocol.wire;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** Names an agent's spool: 16 random bytes, made with the spool, new when the spool is lost. */
public record SpoolId(long high, long low) {
    public static final int BYTES = 16;

    /** A new id; give a cryptographic generator outside tests. */
    public static SpoolId random(RandomGenerator random) {
        return new SpoolId(random.nextLong(), random.nextLong());
    }

    /**
     * Reads 16 bytes, big-endian.
     *
     * @throws IllegalArgumentException for any other length
     */
    public static SpoolId of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a spool id has 16 bytes, not " + bytes.length);
        }
        return read(ByteBuffer.wrap(bytes));
    }

    /**
     * Reads the form of {@link #toString()}: 32 hexadecimal digits.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static SpoolId parse(String hex) {
        return of(HexFormat.of().parseHex(hex));
    }

    /** Reads 16 bytes at the buffer's position and moves it. */
    static SpoolId read(ByteBuffer in) {
        return new SpoolId(in.getLong(), in.getLong());
    }

    public byte[] toBytes() {
        return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
    }

    /** 32 lower-case hexadecimal digits. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(toBytes());
    }
}
