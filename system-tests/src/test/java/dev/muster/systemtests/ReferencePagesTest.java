package dev.muster.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages and installed files that are made from what the programs declare. */
final class ReferencePagesTest {
    private static final Path TOP = Path.of("..");
    private static final String COMMAND =
            "mvn -pl system-tests -am test -Dtest=ReferencePagesTest -Dsurefire.failIfNoSpecifiedTests=false -Dmuster.write-docs=true";
    private static final Pattern READ = Pattern.compile("environment\\.get(?:OrDefault)?\\(\"([A-Z_]+)\"");
    private static final Pattern EXPANDED = Pattern.compile("\\$\\{(MUSTER_[A-Z_]+)");

    @Test
    void thePageOfConfigurationSaysWhatTheReadersRead() throws IOException {
        keepInStep("docs/reference/configuration.md", ConfigurationPage.text());
    }

    @Test
    void thePageOfCommandsSaysWhatTheCommandsSayOfThemselves() throws IOException {
        keepInStep("docs/reference/commands.md", CommandsPage.text());
    }

    @Test
    void theInstalledFilesShowEveryOption() throws IOException {
        keepInStep("packaging/collector/root/etc/muster/collector.yaml", InstalledFiles.collector());
        keepInStep("packaging/agent/settings", InstalledFiles.agent());
    }

    @Test
    void everyVariableThatAProgramReadsIsOnThePage() throws IOException {
        Set<String> read = new TreeSet<>(found(EXPANDED, TOP.resolve("muster")));
        read.addAll(found(EXPANDED, TOP.resolve("packaging/demo.sh")));
        try (Stream<Path> sources = Files.walk(TOP.resolve("collector/src/main/java"))) {
            for (Path source :
                    sources.filter(file -> file.toString().endsWith(".java")).toList()) {
                read.addAll(found(READ, source));
            }
        }
        assertThat(ConfigurationPage.VARIABLES.keySet()).containsExactlyInAnyOrderElementsOf(read);
    }

    private static Set<String> found(Pattern pattern, Path file) throws IOException {
        var names = new TreeSet<String>();
        pattern.matcher(Files.readString(file)).results().forEach(match -> names.add(match.group(1)));
        return names;
    }

    private static void keepInStep(String name, String text) throws IOException {
        Path page = TOP.resolve(name);
        if (Boolean.getBoolean("muster.write-docs")) {
            Files.createDirectories(page.toAbsolutePath().getParent());
            Files.writeString(page, text);
        }
        assertThat(page).as("made from the code by: %s", COMMAND).exists().hasContent(text);
    }
}
