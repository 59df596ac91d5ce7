package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares the type pkg_footprint with dpkg-query on the machine that runs the tests. */
final class PkgFootprintLiveTest {
    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource
    void countsAndSizesAreThoseOfDpkgQuery(Shell shell) throws Exception {
        assumeTrue(Files.exists(Path.of("/var/lib/dpkg/status")), "this system has no dpkg");
        int count = 0;
        long size = 0;
        var sections = new TreeMap<String, Integer>();
        String form = "${db:Status-Status}|${Installed-Size}|${Section}\n";
        var query = Shell.runTool(scratch, Shell.require("dpkg-query"), "-W", "-f", form);
        for (String line : query.text().lines().toList()) {
            String[] field = line.split("\\|", -1);
            if (field[0].equals("config-files")) {
                continue;
            }
            count++;
            size += field[1].isEmpty() ? 0 : Long.parseLong(field[1]);
            if (!field[2].isEmpty()) {
                sections.merge(field[2].replaceFirst(".*/", ""), 1, Integer::sum);
            }
        }

        JsonNode facts = Live.facts("pkg_footprint", shell, scratch);

        assertThat(facts.path("count").asInt()).isEqualTo(count).isPositive();
        assertThat(facts.path("size_kb").asLong()).isEqualTo(size);
        var found = new TreeMap<String, Integer>();
        facts.path("by_section")
                .properties()
                .forEach(section ->
                        found.put(section.getKey(), section.getValue().asInt()));
        assertThat(found).isEqualTo(sections);
    }
}
