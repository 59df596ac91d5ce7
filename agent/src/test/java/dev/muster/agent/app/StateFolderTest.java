package dev.muster.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.protocol.message.LastRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StateFolderTest {
    @TempDir
    private Path folder;

    @Test
    void knowsHowTheLastRunEnded() throws IOException {
        assertThat(lastRun()).isEqualTo(LastRun.UNKNOWN);
        assertThat(lastRun()).isEqualTo(LastRun.ENDED);
        Files.createFile(folder.resolve("running")); // as a kill leaves it
        assertThat(lastRun()).isEqualTo(LastRun.DIED);
        assertThat(lastRun()).isEqualTo(LastRun.ENDED);
    }

    @Test
    void namesTheProcessThatUsesItAlready() {
        try (var _ = StateFolder.open(folder)) {
            assertThatThrownBy(() -> StateFolder.open(folder))
                    .isInstanceOf(AgentException.class)
                    .hasMessageContaining("another agent is running with the state in " + folder)
                    .hasMessageContaining("(process " + ProcessHandle.current().pid() + ")");
        }
    }

    private LastRun lastRun() {
        try (StateFolder state = StateFolder.open(folder)) {
            state.keys(new SecureRandom(), "");
            return state.lastRun();
        }
    }
}
