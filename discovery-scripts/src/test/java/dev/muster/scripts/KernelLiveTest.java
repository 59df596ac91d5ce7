package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares the type kernel with the kernel's own files, split by Java. */
final class KernelLiveTest {
    private static final Path CMDLINE = Path.of("/proc/cmdline");

    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource
    void saysHowThisKernelWasStarted(Shell shell) throws Exception {
        String line = Files.readString(CMDLINE).strip();
        assumeTrue(
                !line.contains("\"") && !line.matches("(?i).*(pass|secret|token|key|[0-9a-f]{8}-).*"),
                "what this kernel was started with is not shown as it stands");

        JsonNode facts = Live.facts("kernel", shell, scratch);

        assertThat(facts.path("cmdline_args").valueStream().map(JsonNode::asText))
                .containsExactlyElementsOf(new TreeSet<>(List.of(line.split(" +", -1))));
        assertThat(facts.path("taint"))
                .hasToString(
                        Files.readString(Path.of("/proc/sys/kernel/tainted")).strip());
        assertThat(facts.path("taint_flags"))
                .hasSize(Long.bitCount(facts.path("taint").asLong()));
    }
}
