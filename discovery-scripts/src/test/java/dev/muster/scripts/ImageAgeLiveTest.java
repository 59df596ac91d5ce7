package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares the type image_age with what Java sees of the files on the machine that runs the tests. */
final class ImageAgeLiveTest {
    private static final List<String> TRACES = List.of(
            "/lost+found",
            "/var/log/installer",
            "/var/log/anaconda",
            "/root/anaconda-ks.cfg",
            "/var/lib/cloud/instances",
            "/etc/machine-id");
    private static final Instant FIRST = Instant.parse("2000-01-01T00:00:00Z");

    @TempDir
    Path scratch;

    @Test
    void theOldestTraceCounts() throws Exception {
        Shell.require("stat");
        var birth = Shell.runTool(scratch, Shell.require("stat"), "-c", "%W", "/");
        Instant oldest = Instant.MAX;
        if (birth.text().strip().matches("[1-9][0-9]*")) {
            var created = (FileTime) Files.getAttribute(Path.of("/"), "creationTime");
            oldest = created.toInstant();
        }
        for (String trace : TRACES) {
            if (Files.exists(Path.of(trace))) {
                Instant modified = Files.getLastModifiedTime(Path.of(trace)).toInstant();
                oldest = modified.isBefore(oldest) && modified.isAfter(FIRST) ? modified : oldest;
            }
        }

        JsonNode facts = Live.facts("image_age", Shell.DASH, scratch);

        assertThat(facts.path("installed_date").asText())
                .isEqualTo(LocalDate.ofInstant(oldest, ZoneOffset.UTC).toString());
    }
}
