package dev.muster.collector.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that docs/api.md shows. */
class DocumentedCommandsTest {
    private static final Pattern SHELL = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

    @TempDir
    Path home;

    @Test
    void theyDoWhatThePageSays() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")), "curl is not installed");
        List<String> commands = SHELL.matcher(Files.readString(Path.of("..", "docs", "api.md")))
                .results()
                .map(block -> block.group(1))
                .toList();
        assertThat(commands).hasSize(2);
        String folder = "cd /var/lib/muster/collector/api\n";
        assertThat(commands.getFirst()).startsWith(folder);
        FakeGraph graph = FakeGraph.furnished();
        try (RunningApi api = RunningApi.start(home, graph)) {
            assertThat(api.home).isEqualTo(home);
            assertThat(shell(commands.getFirst().replace(folder, ""))).contains("\"name\":\"web-1\"");
            // It goes on for ever; the first event is enough.
            assertThat(shell(commands.getLast().replace("after=42", "after=0").strip() + " | sed '/^data:/q'"))
                    .contains("id: 1\ndata: {\"seq\":1,");
        }
    }

    private String shell(String command) throws Exception {
        Process shell = new ProcessBuilder("sh", "-c", command)
                .directory(home.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
