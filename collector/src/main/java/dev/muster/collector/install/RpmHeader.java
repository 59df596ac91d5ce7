package dev.muster.collector.install;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * What an rpm says of itself in its header, under the names that a Debian control file has. Lead, signature and header as in the RPM V4
 * format: a header is 16 bytes (magic, version, reserved, number of entries, bytes of data), the entries of 16 bytes (tag, type, offset,
 * count), then the data; all numbers big-endian, the signature padded to eight bytes.
 */
final class RpmHeader {
    static final int LEAD_BYTES = 96;

    private static final int HEADER_MAGIC = 0x8eade801;
    private static final int ENTRY_BYTES = 16;
    private static final int MAX_ENTRIES = 10_000;
    private static final int MAX_DATA_BYTES = 16 << 20;

    private static final int NAME = 1000;
    private static final int VERSION = 1001;
    private static final int RELEASE = 1002;
    private static final int SIZE = 1009;
    private static final int ARCHITECTURE = 1022;
    private static final int INT32 = 4;

    private RpmHeader() {}

    /** @param in after the lead */
    static Map<String, String> read(InputStream in) throws IOException {
        int signature = header(in).bytes();
        in.skipNBytes((8 - signature % 8) % 8);
        Map<Integer, String> tags = header(in).tags();
        Map<String, String> fields = new HashMap<>();
        fields.put("Package", tags.getOrDefault(NAME, ""));
        fields.put("Version", tags.getOrDefault(VERSION, "") + "-" + tags.getOrDefault(RELEASE, ""));
        fields.put("Architecture", tags.getOrDefault(ARCHITECTURE, ""));
        String size = tags.getOrDefault(SIZE, "0");
        fields.put("Installed-Size", size.matches("[0-9]{1,10}") ? String.valueOf(Long.parseLong(size) / 1024) : "0");
        return fields;
    }

    private record Header(int bytes, Map<Integer, String> tags) {}

    private static Header header(InputStream in) throws IOException {
        ByteBuffer start = ByteBuffer.wrap(whole(in, ENTRY_BYTES));
        if (start.getInt() != HEADER_MAGIC) {
            throw new IOException("it is damaged");
        }
        start.getInt();
        int entries = start.getInt();
        int bytes = start.getInt();
        if (entries < 0 || entries > MAX_ENTRIES || bytes < 0 || bytes > MAX_DATA_BYTES) {
            throw new IOException("its header is too large");
        }
        ByteBuffer index = ByteBuffer.wrap(whole(in, entries * ENTRY_BYTES));
        byte[] data = whole(in, bytes);
        Map<Integer, String> tags = new HashMap<>();
        for (int i = 0; i < entries; i++) {
            int tag = index.getInt();
            int type = index.getInt();
            int offset = index.getInt();
            index.getInt();
            if (tag >= NAME && tag <= ARCHITECTURE && offset >= 0 && offset < bytes) {
                tags.put(tag, type == INT32 && offset <= bytes - 4 ? number(data, offset) : text(data, offset));
            }
        }
        return new Header(bytes, tags);
    }

    private static String number(byte[] data, int offset) {
        return String.valueOf(Integer.toUnsignedLong(ByteBuffer.wrap(data).getInt(offset)));
    }

    private static String text(byte[] data, int offset) {
        int end = offset;
        while (end < data.length && data[end] != 0) {
            end++;
        }
        return new String(data, offset, end - offset, StandardCharsets.UTF_8);
    }

    private static byte[] whole(InputStream in, int bytes) throws IOException {
        byte[] read = in.readNBytes(bytes);
        if (read.length < bytes) {
            throw new IOException("it is cut short");
        }
        return read;
    }
}
