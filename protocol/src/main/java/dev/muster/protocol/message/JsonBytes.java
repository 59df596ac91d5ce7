package dev.muster.protocol.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A growing buffer of JSON in UTF-8, with the string escapes of RFC 8785 section 3.2.2.2. It knows nothing of commas: callers write
 * them, so that the same buffer serves the canonicaliser and the encoders.
 */
final class JsonBytes {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes;
    private int length;

    JsonBytes(int expectedBytes) {
        bytes = new byte[Math.max(16, expectedBytes)];
    }

    int length() {
        return length;
    }

    /** The backing array itself, valid up to {@link #length()} and only until the next write. */
    byte[] array() {
        return bytes;
    }

    /** The content without slack; the backing array itself where it fits exactly. */
    byte[] toByteArray() {
        return bytes.length == length ? bytes : Arrays.copyOf(bytes, length);
    }

    JsonBytes raw(char ascii) {
        reserve(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    JsonBytes raw(byte[] source) {
        reserve(source.length);
        System.arraycopy(source, 0, bytes, length, source.length);
        length += source.length;
        return this;
    }

    JsonBytes raw(String ascii) {
        return raw(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    JsonBytes number(long value) {
        return raw(Long.toString(value));
    }

    JsonBytes string(String text) {
        return string(text.toCharArray(), 0, text.length());
    }

    /** Throws {@link MalformedMessage} for a surrogate without its partner, which UTF-8 cannot carry. */
    JsonBytes string(char[] text, int from, int count) {
        raw('"');
        int end = from + count;
        for (int i = from; i < end; i++) {
            char c = text[i];
            if (!Character.isSurrogate(c)) {
                character(c);
                continue;
            }
            if (!Character.isHighSurrogate(c) || i + 1 == end || !Character.isLowSurrogate(text[i + 1])) {
                throw new MalformedMessage("a string holds half of a surrogate pair");
            }
            supplementary(Character.toCodePoint(c, text[++i]));
        }
        return raw('"');
    }

    private void character(char c) {
        if (c < 0x20 || c == '"' || c == '\\') {
            escaped(c);
        } else if (c < 0x80) {
            raw(c);
        } else if (c < 0x800) {
            reserve(2);
            bytes[length++] = (byte) (0xC0 | (c >> 6));
            bytes[length++] = (byte) (0x80 | (c & 0x3F));
        } else {
            reserve(3);
            bytes[length++] = (byte) (0xE0 | (c >> 12));
            bytes[length++] = (byte) (0x80 | ((c >> 6) & 0x3F));
            bytes[length++] = (byte) (0x80 | (c & 0x3F));
        }
    }

    private void supplementary(int codePoint) {
        reserve(4);
        bytes[length++] = (byte) (0xF0 | (codePoint >> 18));
        bytes[length++] = (byte) (0x80 | ((codePoint >> 12) & 0x3F));
        bytes[length++] = (byte) (0x80 | ((codePoint >> 6) & 0x3F));
        bytes[length++] = (byte) (0x80 | (codePoint & 0x3F));
    }

    private void escaped(char c) {
        raw('\\');
        switch (c) {
            case '"', '\\' -> raw(c);
            case '\b' -> raw('b');
            case '\t' -> raw('t');
            case '\n' -> raw('n');
            case '\f' -> raw('f');
            case '\r' -> raw('r');
            default -> raw("u00").raw((char) HEX[c >> 4]).raw((char) HEX[c & 0xF]);
        }
    }

    private void reserve(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, length + (length >> 1)));
        }
    }
}
