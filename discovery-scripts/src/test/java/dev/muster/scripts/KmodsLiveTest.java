package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares the type kmods with the kernel's list of its modules, read by Java as lsmod reads it. */
final class KmodsLiveTest {
    private static final Path MODULES = Path.of("/proc/modules");

    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource
    void everyLoadedModuleIsThere(Shell shell) throws Exception {
        assumeTrue(Files.isReadable(MODULES), "this kernel has no modules");
        var expected = new TreeSet<String>();
        Files.readAllLines(MODULES).forEach(line -> expected.add(line.substring(0, line.indexOf(' '))));

        JsonNode facts = Live.facts("kmods", shell, scratch);

        assertThat(facts.path("loaded").valueStream().map(JsonNode::asText)).containsExactlyElementsOf(expected);
    }
}
