package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares the type commands with what Java finds on the machine that runs the tests. */
final class CommandsLiveTest {
    private static final List<String> FOLDERS =
            List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource(Shell.class)
    void everyProgramIsThere(Shell shell) throws Exception {
        var expected = new TreeMap<String, TreeSet<String>>();
        var seen = new ArrayList<Path>();
        for (String folder : FOLDERS) {
            Path path = Path.of(folder);
            if (!Files.isDirectory(path) || seen.contains(path.toRealPath())) {
                continue;
            }
            seen.add(path.toRealPath());
            for (File file : path.toFile().listFiles()) {
                if (file.isFile() && file.canExecute() && !file.isHidden()) {
                    expected.computeIfAbsent(file.getName(), _ -> new TreeSet<>())
                            .add(file.getPath());
                }
            }
        }

        Shell.Run run = shell.run(
                Sample.MODULE.resolve("commands/discover"), Sample.MODULE.resolve("lib"), "", scratch, 30, List.of());
        assertThat(run.status()).as(run.complaints()).isZero();
        var found = new TreeMap<String, TreeSet<String>>();
        for (var program : JsonMapper.builder().build().readTree(run.text()).properties()) {
            var paths = new TreeSet<String>();
            program.getValue().valueStream().map(JsonNode::asText).forEach(paths::add);
            found.put(program.getKey(), paths);
        }

        assertThat(found).isEqualTo(expected).containsKeys("sh", "ls");
    }
}
