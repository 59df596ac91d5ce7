package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a sample cannot say of auditd_conf, since it depends on the machine: per cent of a file system. */
final class AuditdConfLiveTest {
    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource(Shell.class)
    void aThresholdInPerCentIsThatOfTheFileSystemOfTheLog(Shell shell) throws Exception {
        Path root = Files.createDirectory(scratch.resolve("a root"));
        Path folder = Files.createDirectories(root.resolve("var/log/odd $(touch X) folder"));
        Files.createDirectories(root.resolve("etc/audit"));
        Files.writeString(
                root.resolve("etc/audit/auditd.conf"),
                "space_left = 25%\nlog_file = /var/log/odd $(touch X) folder/audit.log\n");
        long expected = Files.getFileStore(folder).getTotalSpace() / 4 / (1 << 20);

        Shell.Run run = shell.run(
                Sample.MODULE.resolve("auditd_conf/discover"),
                Sample.MODULE.resolve("lib"),
                root.toString(),
                scratch,
                10,
                List.of());
        var facts = JsonMapper.builder().build().readTree(run.text());

        assertThat(run.complaints()).isEmpty();
        assertThat(facts.path("space_left").asText()).isEqualTo("25%");
        assertThat(facts.path("space_left_mb").asLong()).isBetween(expected - 1, expected + 1);
    }
}
