package dev.muster.collector.install;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** The fields of a Debian package's control file: deb(5), ar and tar as POSIX has them. The control archive is plain or gzipped. */
final class DebControl {
    private static final int AR_HEADER_BYTES = 60;
    private static final int TAR_BLOCK_BYTES = 512;
    /** Far more than any control archive has. */
    private static final int MAX_ARCHIVE_BYTES = 4 << 20;

    private DebControl() {}

    /** @param in after the magic of ar; its other members follow the control archive, which is the second */
    static Map<String, String> read(InputStream in) throws IOException {
        for (int member = 0; member < 3; member++) {
            byte[] header = in.readNBytes(AR_HEADER_BYTES);
            if (header.length < AR_HEADER_BYTES) {
                break;
            }
            String name = ascii(header, 0, 16).strip().replaceFirst("/$", "");
            int size = number(ascii(header, 48, 10).strip(), 10);
            if (!name.startsWith("control.tar")) {
                in.skipNBytes(size + (size & 1));
                continue;
            }
            byte[] archive = in.readNBytes(size);
            return switch (name) {
                case "control.tar" -> fields(new ByteArrayInputStream(archive));
                case "control.tar.gz" -> fields(new GZIPInputStream(new ByteArrayInputStream(archive)));
                default ->
                    throw new IOException(
                            "its control archive is compressed by " + name.substring(name.lastIndexOf('.') + 1)
                                    + "; only gzip is read: dpkg-deb --uniform-compression -Zgzip --build");
            };
        }
        throw new IOException("it has no control archive");
    }

    private static Map<String, String> fields(InputStream tar) throws IOException {
        try (tar) {
            int left = MAX_ARCHIVE_BYTES;
            while (true) {
                byte[] header = tar.readNBytes(TAR_BLOCK_BYTES);
                String name = header.length < TAR_BLOCK_BYTES ? "" : ascii(header, 0, 100);
                if (name.isEmpty()) {
                    throw new IOException("its control archive has no control file");
                }
                int size = number(ascii(header, 124, 12).strip(), 8);
                int padded = (size + TAR_BLOCK_BYTES - 1) / TAR_BLOCK_BYTES * TAR_BLOCK_BYTES;
                left -= padded + TAR_BLOCK_BYTES;
                if (left < 0) {
                    throw new IOException("its control archive is too large");
                }
                byte[] content = tar.readNBytes(padded);
                if (name.equals("./control") || name.equals("control")) {
                    return parse(new String(content, 0, Math.min(size, content.length), StandardCharsets.UTF_8));
                }
            }
        }
    }

    private static Map<String, String> parse(String control) {
        Map<String, String> fields = new HashMap<>();
        control.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0 && !line.startsWith(" ")) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        return fields;
    }

    /** Up to the first NUL. */
    private static String ascii(byte[] bytes, int from, int length) {
        String text = new String(bytes, from, length, StandardCharsets.US_ASCII);
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }

    private static int number(String digits, int radix) throws IOException {
        try {
            int number = Integer.parseInt(digits, radix);
            if (number >= 0 && number <= MAX_ARCHIVE_BYTES) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IOException("it is damaged", e);
        }
        throw new IOException("its control archive is too large");
    }
}
