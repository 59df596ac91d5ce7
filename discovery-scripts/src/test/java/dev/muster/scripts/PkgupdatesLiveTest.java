package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares the type pkgupdates with apt on the machine that runs the tests. */
final class PkgupdatesLiveTest {
    private static final Pattern UPDATE = Pattern.compile("Inst (\\S+) \\[(\\S+)] \\((\\S+) .*");

    @TempDir
    Path scratch;

    private static JsonNode facts = MissingNode.getInstance();
    private static List<String> written = List.of();

    /** Once for all, since apt takes its time. */
    @BeforeAll
    static void discover(@TempDir Path shared) throws Exception {
        assumeTrue(Files.exists(Path.of("/var/lib/dpkg/status")), "this system has no dpkg");
        Shell.require("apt-get");
        var before = writtenTimes();
        facts = Live.facts("pkgupdates", Shell.DASH, shared);
        // Somebody else may install something at the same time.
        for (int i = 0; i < 10 && facts.path("_denied").toString().contains("db_problems"); i++) {
            before = writtenTimes();
            facts = Live.facts("pkgupdates", Shell.DASH, shared);
        }
        written = new ArrayList<>(writtenTimes());
        written.removeAll(before);
    }

    @Test
    void everyUpdateIsThatOfAptGet() throws Exception {
        var expected = new TreeSet<String>();
        var simulated = Shell.runTool(
                scratch,
                Shell.require("apt-get"),
                "-s",
                "-o",
                "Debug::NoLocking=true",
                "--ignore-hold",
                "dist-upgrade");
        for (String line : simulated.text().lines().toList()) {
            var update = UPDATE.matcher(line);
            if (update.matches()) {
                expected.add(update.group(1) + " " + update.group(2) + " " + update.group(3));
            }
        }

        assertThat(facts.has("pending")).isTrue();
        var pending = new TreeSet<String>();
        for (JsonNode update : facts.path("pending")) {
            pending.add(update.path("name").asText() + " " + update.path("from").asText() + " "
                    + update.path("to").asText());
        }
        assertThat(pending).isEqualTo(expected);
        assertThat(facts.path("total_count").asInt()).isEqualTo(expected.size());
    }

    /** As the update-notifier of Ubuntu counts them: whatever is newer than the installed version and from such an archive. */
    @Test
    void whatComesFromAnArchiveOfSecurityIsMarked() throws Exception {
        var marked = new TreeSet<String>();
        var installed = new TreeMap<String, String>();
        for (JsonNode update : facts.path("pending")) {
            String name = update.path("name").asText();
            installed.put(name, update.path("from").asText());
            if (update.path("security").asBoolean()) {
                marked.add(name);
            }
        }
        var expected = new TreeSet<String>();
        var command = new ArrayList<>(List.of(Shell.require("apt-cache"), "madison"));
        command.addAll(installed.keySet());
        var madison = Shell.runTool(scratch, command.toArray(String[]::new));
        for (String line : madison.text().lines().toList()) {
            String[] cell = line.split("\\|", -1);
            String from = installed.get(cell[0].strip());
            if (from != null && cell[2].contains("-security/") && isNewer(cell[1].strip(), from)) {
                expected.add(cell[0].strip());
            }
        }

        assertThat(marked).isEqualTo(expected);
        assertThat(facts.path("security_count").asInt()).isEqualTo(expected.size());
    }

    @ParameterizedTest
    @EnumSource
    void whileDpkgIsAtWorkNothingIsBroken(Shell shell) throws Exception {
        Path root = Files.createDirectory(scratch.resolve("root"));
        Path dpkg = Files.createDirectories(root.resolve("var/lib/dpkg/updates"));
        Files.writeString(dpkg.resolve("0001"), "Package: half\n");
        Files.writeString(dpkg.resolveSibling("status"), "Package: half\nStatus: install ok half-installed\n\n");
        Path lock = Files.createFile(dpkg.resolveSibling("lock-frontend"));
        Files.createDirectories(root.resolve("proc"));
        Files.writeString(
                root.resolve("proc/locks"),
                "1: POSIX  ADVISORY  WRITE 4711 fe:01:" + Files.getAttribute(lock, "unix:ino") + " 0 EOF\n");

        Shell.Run run = shell.run(
                Sample.MODULE.resolve("pkgupdates/discover"),
                Sample.MODULE.resolve("lib"),
                root.toString(),
                Files.createDirectory(scratch.resolve("made")),
                60,
                List.of());

        JsonNode busy = FactsAssert.parse(run.text());
        assertThat(busy.path("db_problems")).isEmpty();
        assertThat(busy.path("_denied").valueStream().map(JsonNode::asText)).contains("db_problems", "pending");
    }

    private boolean isNewer(String version, String installed) throws Exception {
        return Shell.runTool(scratch, Shell.require("dpkg"), "--compare-versions", version, "gt", installed)
                        .status()
                == 0;
    }

    @Test
    void whatIsHeldIsWhatAptMarkShows() throws Exception {
        var held = Shell.runTool(scratch, Shell.require("apt-mark"), "showhold")
                .text()
                .lines()
                .toList();

        assertThat(facts.path("held").valueStream().map(JsonNode::asText)).containsAll(held);
    }

    @Test
    void whatIsBrokenIsWhatDpkgAudits() throws Exception {
        var audit = Shell.runTool(scratch, Shell.require("dpkg"), "--audit");

        assertThat(facts.path("db_problems").isEmpty()).isEqualTo(audit.text().isBlank());
    }

    @Test
    void nothingIsWritten() {
        assertThat(written).isEmpty();
    }

    private static List<String> writtenTimes() throws Exception {
        var times = new ArrayList<String>();
        for (String folder : List.of("/var/lib/apt/lists", "/var/cache/apt")) {
            try (var files = Files.list(Path.of(folder))) {
                files.map(file -> file + " " + file.toFile().lastModified()).forEach(times::add);
            }
        }
        return times;
    }
}
