package dev.muster.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/write-your-own-discovery.md tells an administrator to type, typed, with other folders. */
final class OwnDiscoveryIT {
    private static final Path PAGE = Path.of("..", "docs", "write-your-own-discovery.md");
    private static final Pattern SHOWN = Pattern.compile("^```\\n(\\{.*?\\})\\n", Pattern.DOTALL | Pattern.MULTILINE);

    @TempDir
    private Path folder;

    @Test
    void theWorkedExampleWorks() throws Exception {
        String page = Files.readString(PAGE);
        Path root = Files.createDirectories(folder.resolve("root"));
        Path types = Files.createDirectories(folder.resolve("types"));
        String script = FencedBlock.of(PAGE).stream()
                .filter(block -> block.language().equals("sh"))
                .map(FencedBlock::text)
                .collect(Collectors.joining("\n"))
                .replace("/etc/muster/discovery.d", types.toString())
                .replaceAll("(?<=mkdir -p |>)/var/lib/backups", root + "/var/lib/backups");
        Path output = folder.resolve("output");
        var builder = new ProcessBuilder("sh", "-eu", "-c", "umask 022\n" + script)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().merge("PATH", programs(types, root).toString(), (path, first) -> first + ":" + path);
        Process shell = builder.start();
        assertThat(shell.waitFor(120, TimeUnit.SECONDS)).isTrue();
        String printed = Files.readString(output);
        assertThat(shell.exitValue()).as(printed).isZero();
        var shown = SHOWN.matcher(page);
        assertThat(shown.find()).isTrue();
        assertThat(printed.lines()).contains(shown.group(1));
        assertThat(printed).containsPattern("(?m)^backups +ok .*").containsPattern("(?m)^all 1 .*");
    }

    /** A folder with muster-agent: this build's, of a host whose files are below another root. */
    private Path programs(Path types, Path root) throws IOException {
        Path bin = Files.createDirectory(folder.resolve("bin"));
        Path target = Path.of("..", "agent", "target").toAbsolutePath().normalize();
        String classPath;
        try (Stream<Path> own = Files.list(target);
                Stream<Path> libraries = Files.list(target.resolve("lib"))) {
            classPath = Stream.concat(own, libraries)
                    .filter(jar -> jar.toString().endsWith(".jar"))
                    .map(Path::toString)
                    .collect(Collectors.joining(":"));
        }
        Path program = Files.writeString(
                bin.resolve("muster-agent"),
                "#!/bin/sh\nexec '%s/bin/java' -cp '%s' dev.muster.agent.app.AgentMain \"$@\" --home='%s' --own-types='%s' --root='%s'\n"
                        .formatted(System.getProperty("java.home"), classPath, folder.resolve("home"), types, root));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return bin;
    }
}
