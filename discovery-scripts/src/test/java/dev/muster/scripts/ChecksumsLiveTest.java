package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against ldd, which may be asked of what a package brought, and Java's own SHA-256. */
final class ChecksumsLiveTest {
    /** Of most systems; those that do not run, since of a running one more is loaded than it says. */
    private static final List<String> PROGRAMS =
            List.of("/usr/bin/passwd", "/usr/bin/openssl", "/usr/sbin/chpasswd", "/usr/bin/chage");

    private static final Pattern LDD = Pattern.compile("(?:=> )?(/\\S+) \\(0x");

    @TempDir
    Path scratch;

    @Test
    void findsTheLibrariesThatTheLoaderWould() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/ldd")), "ldd is not there");
        var programs = PROGRAMS.stream()
                .filter(name -> Files.isReadable(Path.of(name)))
                .toList();
        assumeTrue(!programs.isEmpty(), "none of these programs is there");
        var expected = new TreeMap<String, String>();
        for (String program : programs) {
            expected.put(program, sha256(Path.of(program)));
            for (Path library : libraries(program)) {
                expected.put(library.toString(), sha256(library));
            }
        }
        for (Shell shell : Shell.values()) {
            JsonNode facts = facts(shell, "", Map.of("MUSTER_PROGRAMS", String.join("\n", programs)));
            var found = new TreeMap<String, String>();
            facts.properties().stream()
                    .filter(entry -> entry.getKey().startsWith("/"))
                    .forEach(entry -> found.put(entry.getKey(), entry.getValue().asText()));
            assertThat(found).isEqualTo(expected);
            assertThat(facts.path("unexplained_changes")).isEmpty();
        }
    }

    @Test
    void leavesOutWhatIsTooLargeAndWhatIsAllTooMuch() throws Exception {
        Path root = Files.createDirectories(scratch.resolve("root/opt")).resolveSibling("");
        for (int i = 1; i <= 6; i++) {
            elf(root.resolve("opt/large" + i), i == 1 ? 2_000_000 : 900_000);
        }
        JsonNode facts = facts(
                Shell.DASH,
                root.toString(),
                Map.of(
                        "MUSTER_PROGRAMS",
                                "/opt/large1\n/opt/large2\n/opt/large3\n/opt/large4\n/opt/large5\n/opt/large6",
                        "MUSTER_MAX_MB", "1"));
        var truncated = new TreeSet<String>();
        facts.path("_truncated").forEach(path -> truncated.add(path.asText()));
        assertThat(truncated).hasSize(2).contains("/opt/large1");
        assertThat(facts.has("/opt/large1")).isFalse();
    }

    private JsonNode facts(Shell shell, String root, Map<String, String> given) throws Exception {
        var parameters = new TreeMap<>(Map.of("MUSTER_SUMCMD", "sha256sum", "MUSTER_MAX_MB", "256"));
        parameters.putAll(given);
        Shell.Run run = shell.run(
                Sample.MODULE.resolve("checksums/discover"),
                Sample.MODULE.resolve("lib"),
                root,
                Files.createTempDirectory(scratch, "work"),
                300,
                List.of(),
                parameters);
        assertThat(run.status()).as(run.complaints()).isIn(0, 6);
        return JsonMapper.builder().build().readTree(run.text());
    }

    private Set<Path> libraries(String program) throws Exception {
        var run = Shell.runTool(scratch, "/usr/bin/ldd", program);
        assertThat(run.status()).as(run.complaints()).isZero();
        var found = new TreeSet<Path>();
        var matcher = LDD.matcher(run.text());
        while (matcher.find()) {
            found.add(Path.of(matcher.group(1)).toRealPath());
        }
        assertThat(found).isNotEmpty();
        return found;
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    private static void elf(Path file, long size) throws IOException {
        try (var out = new RandomAccessFile(file.toFile(), "rw")) {
            out.setLength(size);
            out.write(new byte[] {0x7f, 'E', 'L', 'F', 2, 1});
        }
    }
}
