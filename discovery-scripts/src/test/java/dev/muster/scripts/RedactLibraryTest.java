package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RedactLibraryTest {
    private static final String SCRIPT = """
            . "$MUSTER_LIB/redact.sh"
            awk "$redact_awk"'BEGIN {
                n = split(ENVIRON["MUSTER_LINE"], argument, "|")
                redact_arguments(argument, n)
                for (i = 1; i <= n; i++) printf "%s%s", (i > 1 ? "|" : ""), argument[i]
            }'
            """;

    @TempDir
    Path scratch;

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "mysql|-u|root|-phunter2; mysql|-u|root|-p***",
                "mysql|-u|root|-pMySecret1; mysql|-u|root|-p***",
                "mysql -u root -pmysecret; mysql -u root -p***",
                "unknown|-pPassw0rd; unknown|-p***",
                "unknown|-password|S3; unknown|-password|***",
                "unknown|--db-password|S3; unknown|--db-password|***",
                "pam|bindpw=S3; pam|bindpw=***",
                "curl|-u|eve:S3|https://u:S3@192.0.2.1/?token=S3; curl|-u|***|https://***@192.0.2.1/?token=***",
                "sshd|-D|-p|22; sshd|-D|-p|22",
            })
    void takesOutSecretsAndLittleElse(String line, String expected) throws Exception {
        Path script = Files.writeString(scratch.resolve("script"), SCRIPT);
        for (Shell shell : Shell.values()) {
            Shell.Run run = shell.run(
                    script,
                    Sample.MODULE.resolve("lib"),
                    "",
                    Files.createDirectory(scratch.resolve(shell.name())),
                    60,
                    List.of(),
                    Map.of("MUSTER_LINE", line));
            assertThat(run.complaints()).isEmpty();
            assertThat(run.text()).isEqualTo(expected);
        }
    }
}
