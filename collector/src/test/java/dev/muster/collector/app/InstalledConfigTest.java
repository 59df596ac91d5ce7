package dev.muster.collector.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.collector.settings.Form;
import dev.muster.collector.settings.Option;
import dev.muster.collector.settings.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The declared options, the file that the packages install as /etc/muster/collector.yaml, and what is said of a wrong one. */
final class InstalledConfigTest {
    private static final Path INSTALLED = Path.of("../packaging/collector/root/etc/muster/collector.yaml");

    @TempDir
    private Path folder;

    @Test
    void asInstalledItChangesNothing() {
        assertThat(CollectorConfig.read(Optional.of(INSTALLED), folder))
                .usingRecursiveComparison()
                .isEqualTo(CollectorConfig.read(Optional.empty(), folder));
    }

    @Test
    void whatIsCommentedOutIsValid() throws IOException {
        Path password = Files.writeString(folder.resolve("password"), "x");
        CollectorConfig read = read(Files.readString(INSTALLED)
                .replaceAll("(?m)^#(\\S+:.*|  \\S.*)", "$1")
                .replace("/etc/muster/smtp-password", password.toString())
                .replace("/etc/muster/notification.d", folder.toString()));
        CollectorConfig defaults = CollectorConfig.read(Optional.empty(), folder);
        assertThat(read.mail()).isPresent();
        assertThat(read.hooks()).isPresent();
        assertThat(read)
                .usingRecursiveComparison()
                .ignoringFields("mail", "hooks", "eventLog.syslog", "rules.folder")
                .isEqualTo(defaults);
    }

    private static Stream<Arguments> standards() {
        return CollectorConfig.options().stream()
                .filter(options -> !options.section().equals("mail")
                        && !options.section().equals("hooks")
                        && !options.section().endsWith("TYPE"))
                .flatMap(options -> options.all().stream()
                        .filter(option -> option.standard() instanceof Option.Standard.Is)
                        .map(option -> Arguments.of(
                                options.section(),
                                option.key(),
                                option.standard().shown())));
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("standards")
    void whatIsDeclaredAsStandardIsWhatCounts(String section, String key, String value) throws IOException {
        String line = key + ": " + value + "\n";
        assertThat(read(section.isEmpty() ? line : section + ":\n  " + line))
                .usingRecursiveComparison()
                .isEqualTo(CollectorConfig.read(Optional.empty(), folder));
    }

    @Test
    void everySectionIsDeclaredAndNoKeyTwice() {
        var sections = CollectorConfig.options().stream().map(Options::section).toList();
        CollectorConfig.options().getFirst().all().stream()
                .filter(option -> option.form() instanceof Form.Keys)
                .forEach(option -> assertThat(sections).contains(option.key()));
        CollectorConfig.options()
                .forEach(options ->
                        assertThat(options.all()).extracting(Option::key).doesNotHaveDuplicates());
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "multicast: true\\nsettel: 3s | line 2: settel: unknown key; did you mean settle?",
                "settle: 3 | line 1: settle: expected a number and a unit",
                "settle: 2h | line 1: settle: from 0s to 1h",
                "keepalive: 10ms | line 1: keepalive: from 1s to 1h",
                "multicast: yes please | line 1: multicast: true or false",
                "listen: 1984 | line 1: listen: address:port, for example 0.0.0.0:1984",
                "api: a:b:c | line 1: api: address:port",
                "enrolment: aprove | line 1: enrolment: expected one of approve, token-only, accept; did you mean approve?",
                "graph:\\n  bolt_port: 7\\n  bolt-port: 7 | line 3: graph.bolt-port: unknown key; did you mean bolt_port?",
                "mail:\\n\\n  hots: a | line 3: mail.hots: unknown key; did you mean host?",
                "settle: 1s\\nmail:\\n  host: a | line 2: mail.from: missing",
                "rules:\\n  role-profiles:\\n    web: [strit] | line 3: rules.role-profiles.web: a list of base, strict, stig",
                "discovery:\\n  types:\\n    os: {intervall: 2h} | line 3: discovery.types.os.intervall: unknown key; did you mean interval?",
                "hooks:\\n  folder: /no/such/folder | line 2: hooks.folder: is not a folder",
                "a: [1 | line 1: not YAML",
                "a: 1\\na: 2 | line 2: not YAML",
                "settle: 1s\\nkeepalive: *a | line 2: not YAML: anchors and aliases",
                "settle: 1s\\n---\\nkeepalive: 1s | line 3: not YAML: what follows",
                "just words | line 1: expected keys and values",
            })
    void namesFileLineAndWhatWasMeant(String yaml, String said) {
        assertThatThrownBy(() -> read(yaml.replace("\\n", "\n")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("collector.yaml " + said);
    }

    private CollectorConfig read(String yaml) throws IOException {
        return CollectorConfig.read(Optional.of(Files.writeString(folder.resolve("collector.yaml"), yaml)), folder);
    }
}
