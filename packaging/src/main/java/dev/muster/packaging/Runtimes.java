package dev.muster.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The runtimes inside the packages, linked from the JDK that runs the build. */
final class Runtimes {
    /** Found with jdeps and by running every command; picocli's other wishes are optional to it. */
    static final List<String> AGENT = List.of("java.base", "java.logging", "jdk.unsupported");

    /** Neo4j needs java.desktop for java.beans; jdk.crypto.ec and jdk.localedata are not needed. */
    static final List<String> COLLECTOR = List.of(
            "java.base",
            "java.compiler",
            "java.desktop",
            "java.instrument",
            "java.logging",
            "java.management",
            "java.naming",
            "java.net.http",
            "java.security.jgss",
            "java.security.sasl",
            "java.sql",
            "java.xml",
            "jdk.jfr",
            "jdk.management",
            "jdk.unsupported",
            "jdk.zipfs");

    private Runtimes() {}

    /**
     * Links one.
     *
     * @param target must not exist
     * @param compress of jlink; zip-0 where the package is compressed as a whole, which makes it smaller than zip-9 does
     */
    static void link(List<String> modules, String compress, Path target) throws IOException {
        Path jlink = Path.of(System.getProperty("java.home"), "bin", "jlink");
        if (!Files.isExecutable(jlink)) {
            throw new PackagingException(
                    jlink + " is missing: packages are built with a whole JDK 25, not with a runtime");
        }
        Programs.run(List.of(
                jlink.toString(),
                "--add-modules",
                String.join(",", modules),
                "--strip-debug",
                "--no-header-files",
                "--no-man-pages",
                "--compress",
                compress,
                "--output",
                target.toString()));
        // Only jlink's own further use needs these.
        Files.deleteIfExists(target.resolve("lib/jrt-fs.jar"));
        Files.deleteIfExists(target.resolve("lib/classlist"));
    }
}
