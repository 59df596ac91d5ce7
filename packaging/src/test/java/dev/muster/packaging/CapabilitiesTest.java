package dev.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CapabilitiesTest {
    @TempDir
    private Path types;

    @Test
    void areTheUnionOfWhatTypesNeed() throws IOException {
        declare("one", "needs: [CAP_SYS_PTRACE, CAP_AUDIT_CONTROL]");
        declare("two", "needs: []");
        declare("three", "needs: [CAP_SYS_PTRACE]");
        declare("four", "name: four");
        Files.createDirectory(types.resolve("lib"));
        assertThat(Capabilities.of(types)).containsExactly("CAP_AUDIT_CONTROL", "CAP_SYS_PTRACE");
    }

    @Test
    void whatIsNoCapabilityEndsTheBuild() throws IOException {
        declare("one", "needs: [\"CAP_SYS_ADMIN\\nExecStartPre=/bin/sh\"]");
        assertThatThrownBy(() -> Capabilities.of(types)).isInstanceOf(PackagingException.class);
    }

    private void declare(String type, String text) throws IOException {
        Files.writeString(Files.createDirectory(types.resolve(type)).resolve("discovery.yaml"), text + "\n");
    }
}
