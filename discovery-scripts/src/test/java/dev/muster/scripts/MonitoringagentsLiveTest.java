package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares the services in monitoringagents with those that systemctl lists of this machine. */
final class MonitoringagentsLiveTest {
    private static final Pattern SPACES = Pattern.compile(" +");

    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource(Shell.class)
    void servicesAreThoseThatSystemctlListsAndDoesNotCallMasked(Shell shell) throws Exception {
        var expected = new TreeSet<String>();
        var listed = Shell.runTool(
                scratch,
                Shell.require("systemctl"),
                "--root=/",
                "list-unit-files",
                "--type=service",
                "--no-legend",
                "--no-pager");
        for (String line : listed.complaints().lines().toList()) {
            String[] column = SPACES.split(line, -1);
            if (!column[0].endsWith("@.service") && !column[1].startsWith("masked")) {
                expected.add(column[0].replaceFirst("\\.service$", ""));
            }
        }

        var services = new TreeSet<String>();
        for (JsonNode service : Live.facts("monitoringagents", shell, scratch).path("systemd")) {
            services.add(service.asText());
        }

        // Those of System V that have no unit are in the list of systemctl, and are init scripts here.
        expected.removeIf(name -> !services.contains(name)
                && Path.of("/etc/init.d", name).toFile().exists());
        assertThat(services).isNotEmpty().isEqualTo(expected);
    }
}
