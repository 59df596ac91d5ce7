package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What journald says against how systemd-analyze merges the files of the same samples. */
final class JournaldLiveTest {
    @TempDir
    Path scratch;

    @ParameterizedTest
    @ValueSource(strings = {"debian-12", "rhel-9-two-chains", "suse-15-volatile"})
    void mergesDropInsAsSystemdDoes(String name) throws Exception {
        Path type = Sample.MODULE.resolve("journald");
        var sample = new Sample(type, type.resolve("samples").resolve(name));
        Path root = Files.createDirectory(scratch.resolve("root"));
        sample.build(root);

        Map<String, String> merged = merged(root);
        var facts = sample.json("facts.json").orElseThrow();

        assertThat(facts.path("max_use").asText("")).isEqualTo(merged.getOrDefault("SystemMaxUse", ""));
        assertThat(facts.path("compress").asBoolean())
                .isEqualTo(!merged.getOrDefault("Compress", "yes").equals("no"));
        assertThat(facts.path("forward_to_syslog").asText(""))
                .isEqualTo(merged.containsKey("ForwardToSyslog") ? "true" : "");
        assertThat(facts.path("storage_effective").asText())
                .isEqualTo(merged.getOrDefault("Storage", name.equals("suse-15-volatile") ? "volatile" : "persistent")
                        .toLowerCase(Locale.ROOT));
    }

    /** The last of each setting below [Journal]. */
    private Map<String, String> merged(Path root) throws Exception {
        List<String> lines = Shell.runTool(
                        scratch,
                        Shell.require("systemd-analyze"),
                        "--root=" + root,
                        "--no-pager",
                        "cat-config",
                        "systemd/journald.conf")
                .complaints()
                .lines()
                .toList();
        var settings = new HashMap<String, String>();
        String section = "";
        for (String line : lines) {
            int equals = line.indexOf('=');
            if (line.startsWith("[")) {
                section = line;
            } else if (section.equals("[Journal]") && equals > 0 && !line.startsWith("#")) {
                settings.put(
                        line.substring(0, equals).strip(),
                        line.substring(equals + 1).strip());
            }
        }
        return settings;
    }
}
