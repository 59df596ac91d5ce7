package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Drop-in files in any of the folders, and what systemd itself makes of them. */
final class DropinsLibraryTest {
    private static final String SCRIPT = """
            . "$MUSTER_LIB/dropins.sh"
            dropins "$MUSTER_MOST" systemd/x.conf.d etc run usr/local/lib usr/lib
            """;
    private static final List<String> FOLDERS = List.of("etc", "run", "usr/local/lib", "usr/lib");
    private static final List<String> NAMES = List.of(
            "5.conf",
            "5-x.conf",
            "10-a.conf",
            "50.conf",
            "a b.conf",
            "a.conf",
            "a.conf~",
            "Z.conf",
            "_.conf",
            ".conf",
            "x");

    @TempDir
    Path scratch;

    /** JUnit warns of each that it would remove. */
    @AfterEach
    void removeLinks() throws IOException {
        try (Stream<Path> files = Files.walk(scratch)) {
            for (Path link : files.filter(Files::isSymbolicLink).toList()) {
                Files.delete(link);
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void countInTheOrderInWhichSystemdReadsThem(long seed) throws Exception {
        Path root = tree(new Random(seed));

        var read = Shell.runTool(
                scratch,
                Shell.require("systemd-analyze"),
                "--no-pager",
                "--root=" + root,
                "cat-config",
                "systemd/x.conf");

        assertThat(read.status()).as(read.complaints()).isZero();
        var expected = read.text()
                .lines()
                .filter(line -> line.startsWith("from "))
                .map(line -> "file " + root.resolve(line.substring("from ".length())))
                .toList();
        for (Shell shell : Shell.values()) {
            // Empty ones are told, too, and say nothing.
            assertThat(dropins(root, shell, 200).stream()
                            .filter(line -> hasText(line.substring("file ".length())))
                            .toList())
                    .isEqualTo(expected);
        }
    }

    @Test
    void moreThanIsBearableAreCutOff() throws Exception {
        for (int i = 0; i < 5; i++) {
            put(scratch.resolve("root/etc/systemd/x.conf.d"), i + ".conf");
        }
        for (Shell shell : Shell.values()) {
            assertThat(dropins(scratch.resolve("root"), shell, 3))
                    .hasSize(4)
                    .contains("cut -")
                    .allMatch(line -> line.matches("cut -|file .*/[0-2]\\.conf"));
        }
    }

    private List<String> dropins(Path root, Shell shell, int most) throws Exception {
        Path script = Files.writeString(scratch.resolve("script"), SCRIPT);
        Shell.Run run = shell.run(
                script,
                Sample.MODULE.resolve("lib"),
                root.toString(),
                Files.createDirectories(scratch.resolve(shell.name())),
                60,
                List.of(),
                Map.of("MUSTER_MOST", Integer.toString(most)));
        assertThat(run.complaints()).isEmpty();
        return run.text().lines().toList();
    }

    /** Each file holds its own path below the root. */
    private Path tree(Random random) throws IOException {
        Path root = scratch.resolve("root");
        Files.createDirectories(root.resolve("etc/systemd"));
        Files.writeString(root.resolve("etc/systemd/x.conf"), "# the one file\n");
        for (String folder : FOLDERS) {
            Path dropins = Files.createDirectories(root.resolve(folder).resolve("systemd/x.conf.d"));
            for (String name : NAMES) {
                switch (random.nextInt(6)) {
                    case 0, 1 -> put(dropins, name);
                    case 2 -> Files.createSymbolicLink(dropins.resolve(name), Path.of("/dev/null"));
                    case 3 -> Files.createFile(dropins.resolve(name));
                    default -> {}
                }
            }
        }
        return root;
    }

    private void put(Path folder, String name) throws IOException {
        Path file = Files.createDirectories(folder).resolve(name);
        Files.writeString(file, "from " + scratch.resolve("root").relativize(file) + "\n");
    }

    private static boolean hasText(String file) {
        return Path.of(file).toFile().length() > 0;
    }
}
