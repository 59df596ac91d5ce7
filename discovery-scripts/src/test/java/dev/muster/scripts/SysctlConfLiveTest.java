package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares the type sysctl_conf with what sysctl of procps says of each key. */
final class SysctlConfLiveTest {
    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource
    void saysOfEachDriftWhatSysctlSays(Shell shell) throws Exception {
        JsonNode facts = Live.facts("sysctl_conf", shell, scratch);

        for (JsonNode drift : facts.path("drift")) {
            if (drift.has("have")) {
                var said = Shell.runTool(
                        scratch,
                        Shell.require("sysctl"),
                        "-n",
                        drift.path("key").asText());
                assertThat(said.complaints().strip().replaceAll("[ \t]+", " "))
                        .as(drift.toString())
                        .isEqualTo(drift.path("have").asText())
                        .isNotEqualTo(drift.path("want").asText());
            }
            assertThat(facts.path("wanted").has(drift.path("key").asText())).isTrue();
        }
    }
}
