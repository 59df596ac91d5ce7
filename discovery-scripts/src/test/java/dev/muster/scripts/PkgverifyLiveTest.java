package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lets the type pkgverify ask the real dpkg, of a database made here: to read all files of a machine takes minutes. */
final class PkgverifyLiveTest {
    private static final String MD5_OF_ONE = "f97c5d29941bfb1b2fdab0874906ab82";

    @TempDir
    Path scratch;

    @Test
    void findsWhatDiffersFromItsChecksum() throws Exception {
        Shell.require("dpkg");
        Assumptions.assumeTrue(Files.exists(Path.of("/var/lib/dpkg/status")), "this system has no dpkg");
        Path files = Files.createDirectory(scratch.resolve("files"));
        Path kept = Files.writeString(files.resolve("kept"), "one");
        Path changed = Files.writeString(files.resolve("chan\"ged \u00e9"), "two");
        Path settings = Files.writeString(files.resolve("settings"), "two");
        Path gone = files.resolve("gone");
        Path admin = scratch.resolve("dpkg");
        Files.createDirectories(admin.resolve("info"));
        Files.writeString(admin.resolve("status"), """
                Package: made
                Status: install ok installed
                Maintainer: nobody <nobody@example.org>
                Architecture: all
                Version: 1
                Conffiles:
                 %s %s
                Description: made by a test

                """.formatted(settings, MD5_OF_ONE));
        var names = new StringBuilder("/.\n");
        var sums = new StringBuilder();
        for (Path file : List.of(kept, changed, gone, settings)) {
            names.append(file).append('\n');
            if (!file.equals(settings)) {
                sums.append(MD5_OF_ONE)
                        .append("  ")
                        .append(file.toString().substring(1))
                        .append('\n');
            }
        }
        Files.writeString(admin.resolve("info/format"), "1\n");
        Files.writeString(admin.resolve("info/made.list"), names);
        Files.writeString(admin.resolve("info/made.md5sums"), sums);

        Shell.Run run = Shell.DASH.run(
                Sample.MODULE.resolve("pkgverify/discover"),
                Sample.MODULE.resolve("lib"),
                "",
                Files.createDirectory(scratch.resolve("run")),
                60,
                List.of(),
                Map.of("DPKG_ADMINDIR", admin.toString()));

        assertThat(run.complaints()).isEmpty();
        JsonNode facts = FactsAssert.parse(run.text());
        assertThat(facts.path("modified_binaries").valueStream().map(JsonNode::asText))
                .containsExactly(changed.toString());
        assertThat(facts.path("modified_count").asInt()).isEqualTo(1);
        assertThat(facts.path("modified_config_count").asInt()).isEqualTo(1);
    }
}
