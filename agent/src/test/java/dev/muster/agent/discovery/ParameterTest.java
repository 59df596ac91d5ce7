package dev.muster.agent.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParameterTest {
    @TempDir
    private Path dir;

    @ParameterizedTest
    @ValueSource(strings = {"root", "lib", "path", "lc_all", "Depth", "a b", "", "a=b", "1a", "ä"})
    void refusesNamesThatCouldTakeOverTheScript(String name) {
        assertThatThrownBy(() -> Parameter.variable(name)).isInstanceOf(DiscoveryException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "10", "x", "", "1.5", "99999999999999999999", "$(id)"})
    void refusesNumbersOutOfRange(String value) {
        assertThatThrownBy(() -> new Parameter.WholeNumber(1, 9, 3).accept("n", value))
                .isInstanceOf(DiscoveryException.class)
                .hasMessageStartingWith("n must be");
    }

    @Test
    void acceptsWhatFits() {
        assertThat(new Parameter.WholeNumber(1, 9, 3).accept("n", "09")).isEqualTo("9");
        assertThat(new Parameter.Choice(List.of("on", "off"), "on").accept("n", "off"))
                .isEqualTo("off");
        assertThatThrownBy(() -> new Parameter.Choice(List.of("on", "off"), "on").accept("n", "ON"))
                .hasMessage("n must be one of on, off");
    }

    @Test
    void acceptsPathsBelowTheRootsOnly() throws IOException {
        Path inside = Files.createDirectory(dir.resolve("in"));
        Path file = Files.writeString(inside.resolve("file with space"), "");
        Files.createSymbolicLink(inside.resolve("out"), Path.of("/etc"));
        var paths = new Parameter.Paths(List.of(inside), "");
        assertThat(paths.accept("p", file + "\n" + inside + "\n")).isEqualTo(file + "\n" + inside);
        for (String bad : List.of(
                "relative",
                dir.toString(),
                inside + "/../in/file with space",
                inside.resolve("out").toString(),
                inside.resolve("out/passwd").toString(),
                inside.resolve("missing").toString(),
                inside + "x",
                inside + "\u0000",
                inside + "\ta")) {
            assertThatThrownBy(() -> paths.accept("p", bad)).as(bad).isInstanceOf(DiscoveryException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/proc/self/environ", "/sys/kernel", "/dev/null", "/dev"})
    void refusesTheKernelsFilesEvenBelowARoot(String path) {
        assertThatThrownBy(() -> new Parameter.Paths(List.of(Path.of("/")), "").accept("p", path))
                .isInstanceOf(DiscoveryException.class);
    }

    @Test
    void boundsTheNumberOfPaths() {
        var paths = new Parameter.Paths(List.of(Path.of("/")), "");
        assertThatThrownBy(() -> paths.accept("p", "/etc\n".repeat(1_001))).hasMessageContaining("more than 1000");
        assertThatThrownBy(() -> paths.accept("p", "/".repeat(70_000))).hasMessageContaining("longer than");
    }
}
