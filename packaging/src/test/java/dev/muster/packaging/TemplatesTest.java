package dev.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TemplatesTest {
    private final Templates templates = new Templates(Map.of("VERSION", "1$\\0"));

    @TempDir
    private Path folder;

    @Test
    void valuesStandWhereTheirNamesDidAsTheyAre() throws IOException {
        Path from = Files.writeString(folder.resolve("from"), "Version: @VERSION@, root@localhost, \"$@\"\n");
        templates.copyFile(from, folder.resolve("deep/to"));
        assertThat(folder.resolve("deep/to")).hasContent("Version: 1$\\0, root@localhost, \"$@\"\n");
    }

    @Test
    void aNameWithoutValueEndsTheBuild() throws IOException {
        Path from = Files.writeString(folder.resolve("from"), "@OTHER@\n");
        assertThatThrownBy(() -> templates.copyFile(from, folder.resolve("to")))
                .isInstanceOf(PackagingException.class)
                .hasMessageContaining("@OTHER@");
    }
}
