package dev.muster.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file that the packages install as /etc/default/muster-agent: each key, with its true default, and nothing else. */
final class InstalledSettingsTest {
    private static final Path INSTALLED = Path.of("../packaging/agent/settings");

    @TempDir
    private Path folder;

    @Test
    void eachKeyIsThereOnceWithItsDefault() throws IOException {
        Map<String, String> shown = Files.readAllLines(INSTALLED).stream()
                .filter(line -> line.matches("#?[A-Z_]+=.*"))
                .map(line -> line.replaceFirst("^#", ""))
                .filter(line -> !line.startsWith("SCRIPTS="))
                .collect(Collectors.toMap(line -> line.split("=", 2)[0], line -> line.split("=", 2)[1]));
        Map<String, String> defaults = Arrays.stream(Setting.values())
                .filter(setting -> setting != Setting.SCRIPTS)
                .collect(Collectors.toMap(Setting::name, Setting::defaultValue));
        assertThat(shown).containsExactlyInAnyOrderEntriesOf(defaults);
    }

    @Test
    void theFileAsInstalledChangesOnlyWhereTheScriptsAre() throws IOException {
        var shipped = AgentConfig.load(List.of(INSTALLED), List.of());
        var defaults = AgentConfig.load(List.of(), List.of());
        assertThat(shipped.link()).isEqualTo(defaults.link());
        assertThat(shipped.state()).isEqualTo(defaults.state());
        assertThat(shipped.discovery().scripts()).contains(Path.of("/usr/lib/muster-agent/discovery-scripts"));
    }

    @Test
    void uncommentedItIsValid() throws IOException {
        Path all = folder.resolve("all");
        Files.writeString(all, Files.readString(INSTALLED).replaceAll("(?m)^#([A-Z_]+=)", "$1"));
        assertThat(AgentConfig.load(List.of(all), List.of()).state())
                .isEqualTo(AgentConfig.load(List.of(), List.of()).state());
    }
}
