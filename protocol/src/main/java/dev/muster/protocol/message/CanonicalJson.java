package dev.muster.protocol.message;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * One JSON object in canonical form: UTF-8, names ordered by UTF-16 code unit, strings escaped as RFC 8785 section 3.2.2.2, no
 * insignificant space, numbers signed 64-bit integers only. Two objects are equal if and only if their bytes are.
 *
 * <p>Parsing is bounded: depth 64, 4 Mi characters, a name twice in one object, a fraction, half of a surrogate pair and anything after
 * the object are refused with {@link MalformedMessage}. Immutable: no method hands out the bytes themselves.
 */
public final class CanonicalJson {
    /** The object without members. */
    public static final CanonicalJson EMPTY = parse("{}".getBytes(StandardCharsets.US_ASCII));

    private final byte[] bytes;
    private final int length;

    /** Takes over the buffer. Slack of up to an eighth is kept rather than copied: facts may be 2 MiB and the agent's heap is small. */
    CanonicalJson(JsonBytes json) {
        length = json.length();
        bytes = json.array().length - length <= length / 8 ? json.array() : json.toByteArray();
    }

    public static CanonicalJson parse(byte[] utf8) {
        return parse(new ByteArrayInputStream(utf8), utf8.length);
    }

    /**
     * Reads to the end of {@code utf8} without closing it, never holding the input as a whole. {@code expectedBytes} sizes the result.
     */
    public static CanonicalJson parse(InputStream utf8, int expectedBytes) {
        try (JsonInput in = JsonInput.over(utf8)) {
            CanonicalJson object = Canonicalizer.readObject(in, expectedBytes);
            in.expectEnd();
            return object;
        }
    }

    /** In bytes. */
    public int size() {
        return length;
    }

    public boolean isEmpty() {
        return length == 2;
    }

    /** A copy, which the caller owns. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    /** Reads the canonical bytes without a copy. */
    public InputStream newInputStream() {
        return new ByteArrayInputStream(bytes, 0, length);
    }

    public void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, length);
    }

    void copyTo(byte[] target, int at) {
        System.arraycopy(bytes, 0, target, at, length);
    }

    void update(MessageDigest digest) {
        digest.update(bytes, 0, length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CanonicalJson that && Arrays.equals(bytes, 0, length, that.bytes, 0, that.length);
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + bytes[i];
        }
        return hash;
    }

    /** The JSON text. */
    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
