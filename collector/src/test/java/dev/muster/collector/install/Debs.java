package dev.muster.collector.install;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Small packages: right as far as their control data go, and with nothing in them. */
final class Debs {
    private Debs() {}

    static Path write(Path file, String control) throws IOException {
        var tar = new ByteArrayOutputStream();
        tarEntry(tar, "./md5sums", "none\n");
        tarEntry(tar, "./control", control);
        tar.write(new byte[1024]);
        return write(file, "control.tar.gz", gzip(tar.toByteArray()));
    }

    static Path write(Path file, String member, byte[] content) throws IOException {
        var deb = new ByteArrayOutputStream();
        ascii(deb, "!<arch>\n");
        member(deb, "debian-binary", "2.0\n".getBytes(StandardCharsets.US_ASCII));
        member(deb, member, content);
        member(deb, "data.tar.gz", gzip(new byte[1024]));
        Files.write(file, deb.toByteArray());
        return file;
    }

    static PackageFile agent(Path folder, String version, String architecture) throws IOException {
        return PackageFile.read(write(
                folder.resolve("muster-agent_" + version + "_" + architecture + ".deb"),
                "Package: muster-agent\nVersion: " + version + "\nArchitecture: " + architecture
                        + "\nInstalled-Size: 60000\nDescription: a test\n of installing\n"));
    }

    private static void member(ByteArrayOutputStream to, String name, byte[] content) throws IOException {
        ascii(to, "%-16s%-12s%-6s%-6s%-8s%-10s`\n".formatted(name, "0", "0", "0", "100644", content.length));
        to.write(content);
        if (content.length % 2 == 1) {
            to.write('\n');
        }
    }

    private static void tarEntry(ByteArrayOutputStream to, String name, String text) throws IOException {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        byte[] header = new byte[512];
        System.arraycopy(name.getBytes(StandardCharsets.US_ASCII), 0, header, 0, name.length());
        byte[] size = "%011o".formatted(content.length).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(size, 0, header, 124, size.length);
        to.write(header);
        to.write(content);
        to.write(new byte[(512 - content.length % 512) % 512]);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private static void ascii(ByteArrayOutputStream to, String text) throws IOException {
        to.write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
