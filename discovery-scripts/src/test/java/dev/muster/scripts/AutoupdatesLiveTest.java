package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares the type autoupdates with apt on the machine that runs the tests. */
final class AutoupdatesLiveTest {
    @TempDir
    Path scratch;

    @Test
    void whatAptNeverStartsIsNotAutomatic() throws Exception {
        assumeTrue(Files.exists(Path.of("/var/lib/dpkg/status")), "this system has no dpkg");
        boolean isInstalled = Files.exists(Path.of("/usr/bin/unattended-upgrade"));
        var interval = Shell.runTool(
                scratch, Shell.require("apt-config"), "shell", "interval", "APT::Periodic::Unattended-Upgrade");

        JsonNode facts = Live.facts("autoupdates", Shell.DASH, scratch);

        assertThat(facts.path("tool").asText()).isEqualTo(isInstalled ? "unattended-upgrades" : "none");
        boolean isStarted = interval.text().matches("(?s)interval='(?!0').*");
        if (!isInstalled || !isStarted) {
            assertThat(facts.path("security_auto").asBoolean()).isFalse();
        }
    }
}
