package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares logins with what lastlog of this machine prints. */
final class LoginsLiveTest {
    @TempDir
    Path scratch;

    @Test
    void asManyUsersHaveLoggedInAsLastlogSays() throws Exception {
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/lastlog")) || Files.isExecutable(Path.of("/usr/bin/lastlog2")),
                "this system keeps no last logins");
        String program = Files.isExecutable(Path.of("/usr/bin/lastlog2")) ? "lastlog2" : "lastlog";
        long users = Shell.runTool(scratch, Shell.require(program))
                .complaints()
                .lines()
                .skip(1)
                .filter(line -> !line.contains("Never logged in"))
                .count();

        assertThat(Live.facts("logins", Shell.DASH, scratch).path("last_by_user"))
                .hasSize((int) users);
    }
}
