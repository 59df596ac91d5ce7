package dev.muster.collector.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file that the packages install as /etc/muster/collector.yaml. */
final class InstalledConfigTest {
    private static final Path INSTALLED = Path.of("../packaging/collector/root/etc/muster/collector.yaml");

    @TempDir
    private Path folder;

    @Test
    void asInstalledItChangesNothing() {
        assertThat(CollectorConfig.read(Optional.of(INSTALLED)))
                .usingRecursiveComparison()
                .isEqualTo(CollectorConfig.read(Optional.empty()));
    }

    @Test
    void whatIsCommentedOutIsTheDefaultAndValid() throws IOException {
        Path all = folder.resolve("collector.yaml");
        Path password = Files.writeString(folder.resolve("password"), "x");
        Files.writeString(
                all,
                Files.readString(INSTALLED)
                        .replaceAll("(?m)^#(\\S+:.*|  \\S.*)", "$1")
                        .replace("/etc/muster/smtp-password", password.toString()));
        CollectorConfig read = CollectorConfig.read(Optional.of(all));
        CollectorConfig defaults = CollectorConfig.read(Optional.empty());
        assertThat(read.mail()).isPresent();
        assertThat(read)
                .usingRecursiveComparison()
                .ignoringFields("mail", "hooks")
                .isEqualTo(defaults);
    }
}
