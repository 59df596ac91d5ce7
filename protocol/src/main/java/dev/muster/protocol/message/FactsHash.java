package dev.muster.protocol.message;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * SHA-256 over the canonical JSON of {data, denied, schema, status, truncated}: what must differ for facts to count as changed. When
 * the run took place, how long it took and its error texts are not in it.
 */
public final class FactsHash implements Comparable<FactsHash> {
    public static final int BYTES = 32;

    private final byte[] bytes;

    private FactsHash(byte[] bytes) {
        this.bytes = bytes;
    }

    public static FactsHash of(
            int schema, FactsStatus status, List<String> denied, List<String> truncated, CanonicalJson data) {
        MessageDigest digest = sha256();
        digest.update(new JsonBytes(16).raw("{\"data\":").toByteArray());
        data.update(digest);
        JsonBytes rest = new JsonBytes(256);
        rest.raw(",\"denied\":");
        strings(rest, denied);
        rest.raw(",\"schema\":").number(schema).raw(",\"status\":").string(status.wireName());
        rest.raw(",\"truncated\":");
        strings(rest, truncated);
        rest.raw('}');
        digest.update(rest.array(), 0, rest.length());
        return new FactsHash(digest.digest());
    }

    /** Reads {@link #hex()}. */
    public static FactsHash ofHex(String hex) {
        if (!Bounds.isHex(hex, BYTES)) {
            throw new MalformedMessage("a hash must be " + 2 * BYTES + " lower-case hexadecimal digits");
        }
        return new FactsHash(HexFormat.of().parseHex(hex));
    }

    /** Copies 32 bytes. */
    public static FactsHash ofBytes(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new MalformedMessage("a hash has " + BYTES + " bytes, not " + bytes.length);
        }
        return new FactsHash(bytes.clone());
    }

    public byte[] toByteArray() {
        return bytes.clone();
    }

    public String hex() {
        return HexFormat.of().formatHex(bytes);
    }

    /** By unsigned bytes, which is also the order of {@link #hex()}. */
    @Override
    public int compareTo(FactsHash other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FactsHash that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return hex();
    }

    static void strings(JsonBytes out, List<String> values) {
        out.raw('[');
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) {
                out.raw(',');
            }
            out.string(values.get(i));
        }
        out.raw(']');
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
