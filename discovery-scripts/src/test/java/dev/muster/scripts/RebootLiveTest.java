package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares the type reboot with what Java reads on the machine that runs the tests. */
final class RebootLiveTest {
    private static final Pattern STALE =
            Pattern.compile("\\S+ ..x. \\S+ \\S+ \\S+ +/(usr|lib|lib32|lib64|libx32|bin|sbin|opt)/.* \\(deleted\\)");

    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource
    void everyUnitWithDeletedCodeIsNamed(Shell shell) throws Exception {
        var expected = new TreeSet<String>();
        boolean isDenied = false;
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes
                    .filter(path -> ShippedFiles.nameOf(path).matches("[0-9]+"))
                    .toList()) {
                try {
                    if (Files.readAllLines(process.resolve("maps"), StandardCharsets.ISO_8859_1).stream()
                            .anyMatch(line -> STALE.matcher(line).matches())) {
                        var group = Files.readString(process.resolve("cgroup"));
                        Stream.of(group.split("[/\n]", -1))
                                .filter(part -> part.endsWith(".service") && !group.contains("/user.slice/"))
                                .reduce((_, last) -> last)
                                .ifPresent(expected::add);
                    }
                } catch (IOException _) {
                    isDenied |= Files.exists(process);
                }
            }
        }

        JsonNode facts = Live.facts("reboot", shell, scratch);

        assertThat(facts.path("stale_services").valueStream().map(JsonNode::asText))
                .containsExactlyElementsOf(expected);
        assertThat(facts.has("_denied")).isEqualTo(isDenied);
    }

    @ParameterizedTest
    @EnumSource
    void aMarkOfAPackageIsSeen(Shell shell) throws Exception {
        JsonNode facts = Live.facts("reboot", shell, scratch);

        if (Files.exists(Path.of("/run/reboot-required"))) {
            assertThat(facts.path("required").asBoolean()).isTrue();
        }
        assertThat(facts.path("reasons").isEmpty())
                .isEqualTo(!facts.path("required").asBoolean());
    }
}
