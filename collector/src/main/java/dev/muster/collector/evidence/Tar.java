package dev.muster.collector.evidence;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * The one way in which a bundle is a tar file (POSIX.1-1988, ustar): for a name and a size there is one header, so that no byte of the file can
 * be another without being noticed.
 *
 * <pre>
 * 0 name (100) | 100 mode | 108 uid | 116 gid | 124 size (12, octal) | 136 mtime | 148 checksum | 156 type '0' | 257 "ustar\0" "00" | … 512
 * </pre>
 */
final class Tar {
    static final int BLOCK_BYTES = 512;
    static final int TRAILER_BYTES = 2 * BLOCK_BYTES;

    private static final int NAME_BYTES = 100;
    private static final int SIZE_AT = 124;
    private static final int SIZE_DIGITS = 11;
    private static final int CHECKSUM_AT = 148;
    private static final int CHECKSUM_BYTES = 8;

    private Tar() {}

    static void write(OutputStream out, String name, byte[] content) throws IOException {
        out.write(header(name, content.length));
        out.write(content);
        out.write(new byte[padding(content.length)]);
    }

    static void finish(OutputStream out) throws IOException {
        out.write(new byte[TRAILER_BYTES]);
    }

    static int padding(long size) {
        return (int) (-size & (BLOCK_BYTES - 1));
    }

    static byte[] header(String name, long size) {
        byte[] header = new byte[BLOCK_BYTES];
        put(header, 0, name);
        put(header, 100, "0000644");
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, SIZE_AT, String.format(Locale.ROOT, "%011o", size));
        put(header, 136, "00000000000");
        Arrays.fill(header, CHECKSUM_AT, CHECKSUM_AT + CHECKSUM_BYTES, (byte) ' ');
        header[156] = '0';
        put(header, 257, "ustar");
        put(header, 263, "00");
        int sum = 0;
        for (byte each : header) {
            sum += each & 0xff;
        }
        put(header, CHECKSUM_AT, String.format(Locale.ROOT, "%06o\0 ", sum));
        return header;
    }

    /** The name in a header that somebody wrote; empty where it is none of ours. */
    static String name(byte[] header) {
        var name = new ByteArrayOutputStream();
        for (int i = 0; i < NAME_BYTES && header[i] != 0; i++) {
            name.write(header[i]);
        }
        String text = name.toString(StandardCharsets.US_ASCII);
        return text.matches("[a-z0-9][a-z0-9./-]{0,98}") ? text : "";
    }

    /** -1 where it is no size. */
    static long size(byte[] header) {
        String octal = new String(header, SIZE_AT, SIZE_DIGITS, StandardCharsets.US_ASCII);
        return octal.matches("[0-7]{11}") ? Long.parseLong(octal, 8) : -1;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
