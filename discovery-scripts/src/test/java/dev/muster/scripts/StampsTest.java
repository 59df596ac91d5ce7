package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What backup and accounting make of the times of files, which samples cannot have. */
final class StampsTest {
    @TempDir
    Path root;

    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource(Shell.class)
    void theNewestOfTheStampsIsTheLastSuccess(Shell shell) throws Exception {
        touch("var/lib/backup/a b", "2026-11-18T23:59:59Z");
        touch("var/lib/backup/newest", "2026-11-20T23:59:59Z");
        touch("var/lib/backup/other.txt", "2026-11-21T05:00:00Z");
        Files.createDirectories(root.resolve("srv/folder"));

        JsonNode facts =
                run("backup", shell, Map.of("MUSTER_STAMPS", "/var/lib/backup/[an]*\n/srv/folder\n/srv/missing"));

        assertThat(facts.path("last_success_date").asText()).isEqualTo("2026-11-20");
    }

    @ParameterizedTest
    @EnumSource(Shell.class)
    void aStampIsNeitherSplitNorExpandedNorRun(Shell shell) throws Exception {
        touch("var/x $(touch y)", "2024-02-29T00:00:00Z");
        touch("var/x", "2026-11-20T00:00:00Z");

        JsonNode facts = run("backup", shell, Map.of("MUSTER_STAMPS", "/var/x $(touch y)"));

        assertThat(facts.path("last_success_date").asText()).isEqualTo("2024-02-29");
    }

    @ParameterizedTest
    @EnumSource(Shell.class)
    void theNewestFileOfSysstatIsItsLastDay(Shell shell) throws Exception {
        touch("usr/bin/sar", "2020-01-01T00:00:00Z");
        touch("var/log/sysstat/sa19", "2026-11-19T23:50:00Z");
        touch("var/log/sysstat/sa20", "2026-11-20T23:50:00Z");
        touch("var/log/sysstat/sar21", "2026-11-21T00:10:00Z");

        JsonNode facts = run("accounting", shell, Map.of());

        assertThat(facts.path("sysstat_last_date").asText()).isEqualTo("2026-11-20");
    }

    private void touch(String path, String time) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.createFile(file);
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse(time)));
    }

    private JsonNode run(String type, Shell shell, Map<String, String> parameters) throws Exception {
        Shell.Run run = shell.run(
                Sample.MODULE.resolve(type).resolve("discover"),
                Sample.MODULE.resolve("lib"),
                root.toString(),
                scratch,
                30,
                List.of(),
                parameters);
        assertThat(run.complaints()).isEmpty();
        assertThat(run.status()).isZero();
        return FactsAssert.parse(run.text());
    }
}
