package dev.muster.protocol.noise;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** An X25519 public key (RFC 7748). A value: the bytes are copied in and out. */
public final class PublicKey implements Comparable<PublicKey> {
    public static final int BYTES = 32;

    private final byte[] bytes;

    private PublicKey(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * The key of 32 bytes, copied.
     *
     * @throws IllegalArgumentException if there are not exactly 32
     */
    public static PublicKey of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a public key has " + BYTES + " bytes, not " + bytes.length);
        }
        return new PublicKey(bytes.clone());
    }

    /**
     * Reads the form that {@link #toBase64} writes.
     *
     * @throws IllegalArgumentException with what is wrong, without repeating the text
     */
    public static PublicKey parse(String text) {
        try {
            return of(Base64.getDecoder().decode(text.strip()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("a public key is 44 characters of base64: " + e.getMessage(), e);
        }
    }

    /** 44 characters. */
    public String toBase64() {
        return Base64.getEncoder().encodeToString(bytes);
    }

    public byte[] toBytes() {
        return bytes.clone();
    }

    /** SHA-256 of the key, cut to 16 bytes, as 32 hexadecimal digits: how stores and logs name the key. */
    public String id() {
        return HexFormat.of().formatHex(Primitives.sha256(bytes), 0, 16);
    }

    /** What people compare: the first 16 bytes of the key's SHA-256 in groups of four digits. */
    public String fingerprint() {
        return id().replaceAll("(.{4})(?!$)", "$1-");
    }

    /** For this package: not copied, not to be changed. */
    byte[] raw() {
        return bytes;
    }

    /** By the bytes, unsigned: an order that all hosts agree on. */
    @Override
    public int compareTo(PublicKey other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PublicKey key && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return fingerprint();
    }
}
