package dev.muster.agent.spool;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** 16 random bytes that name a spool, not the process: a new spool has a new one. */
public final class SpoolId {
    public static final int BYTES = 16;

    private final byte[] bytes;

    private SpoolId(byte[] bytes) {
        this.bytes = bytes;
    }

    static SpoolId random(RandomGenerator random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new SpoolId(bytes);
    }

    /** Copies 16 bytes. */
    public static SpoolId of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a spool id has " + BYTES + " bytes, not " + bytes.length);
        }
        return new SpoolId(bytes.clone());
    }

    public byte[] toByteArray() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SpoolId that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** 32 hexadecimal digits. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
