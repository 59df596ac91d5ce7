package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares the type virtualisation with systemd-detect-virt, which is not among busybox's tools: there the marks must do. */
final class VirtualisationLiveTest {
    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource
    void saysWhatSystemdSays(Shell shell) throws Exception {
        JsonNode facts = Live.facts("virtualisation", shell, scratch);

        assertThat(facts.path("kind").asText()).isEqualTo(systemdSays("--vm"));
        assertThat(facts.path("container_kind").asText()).isEqualTo(systemdSays("--container"));
    }

    private String systemdSays(String what) throws Exception {
        return Shell.runTool(scratch, Shell.require("systemd-detect-virt"), what)
                .complaints()
                .strip();
    }
}
