package dev.muster.packaging;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** Folders that the build makes. */
final class Trees {
    private Trees() {}

    static void delete(Path folder) throws IOException {
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            for (Path each : all(folder, Comparator.reverseOrder())) {
                Files.delete(each);
            }
        }
    }

    static void copy(Path from, Path to) throws IOException {
        for (Path file : all(from, Comparator.naturalOrder())) {
            if (Files.isRegularFile(file)) {
                copyFile(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    static void copyFile(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.copy(from, to);
    }

    /** @param pattern of the whole name; exactly one file of the folder has such a name */
    static void copyOne(Path folder, String pattern, Path to) throws IOException {
        List<Path> found = list(folder, pattern);
        if (found.size() != 1) {
            throw new PackagingException(folder + " should have one file " + pattern + ", it has " + found
                    + ". Build the whole project with -Ppackages, after a clean where there is more than one");
        }
        copyFile(found.getFirst(), to);
    }

    /** Sorted; the pattern is of the whole name. */
    static List<Path> list(Path folder, String pattern) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches(pattern))
                    .sorted()
                    .toList();
        }
    }

    /** All files of that name; in the packages the plug-ins set the modes once more. */
    static void executable(Path folder, String name) throws IOException {
        for (Path each : all(folder, Comparator.naturalOrder())) {
            if (each.endsWith(name) && Files.isRegularFile(each)) {
                Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
    }

    /** The AOT caches hold the times of the jars, so these must be the same here and where the package is installed. */
    static void stamp(Path folder, Instant time) throws IOException {
        for (Path each : all(folder, Comparator.naturalOrder())) {
            if (!Files.isSymbolicLink(each)) {
                Files.setLastModifiedTime(each, FileTime.from(time));
            }
        }
    }

    static void writeGzip(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static List<Path> all(Path folder, Comparator<Path> order) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.sorted(order).toList();
        }
    }
}
