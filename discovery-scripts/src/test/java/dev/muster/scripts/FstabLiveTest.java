package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares fstab with findmnt, over the file of a sample and that of the machine that runs the tests. */
final class FstabLiveTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path scratch;

    @Test
    void readsTheSampleAsFindmntDoes() throws Exception {
        Path type = Sample.MODULE.resolve("fstab");
        var sample = new Sample(type, type.resolve("samples").resolve("debian-12"));
        Path root = Files.createDirectory(scratch.resolve("root"));
        sample.build(root);

        assertThat(entries(sample.json("facts.json").orElseThrow()))
                .hasSize(8)
                .isEqualTo(findmnt(root.resolve("etc/fstab")));
    }

    @Test
    void readsTheFileOfThisMachineAsFindmntDoes() throws Exception {
        Path file = Path.of("/etc/fstab");
        if (!Files.exists(file)) {
            return;
        }
        assertThat(entries(Live.facts("fstab", Shell.DASH, scratch))).isEqualTo(findmnt(file));
    }

    private static List<String> entries(JsonNode facts) {
        return facts.path("entries")
                .valueStream()
                .filter(entry -> entry.path("source").asText().equals("fstab"))
                .map(entry -> String.join(
                        " | ",
                        entry.path("spec").asText(),
                        entry.path("target").asText(),
                        entry.path("fstype").asText(),
                        entry.path("options")
                                .valueStream()
                                .map(JsonNode::asText)
                                .collect(Collectors.joining(","))))
                .toList();
    }

    private List<String> findmnt(Path file) throws Exception {
        String answer = Shell.runTool(
                        scratch,
                        Shell.require("findmnt"),
                        "--tab-file",
                        file.toString(),
                        "--list",
                        "--json",
                        "--output",
                        "SOURCE,TARGET,FSTYPE,OPTIONS")
                .text();
        return JSON.readTree(answer.isBlank() ? "{}" : answer)
                .path("filesystems")
                .valueStream()
                .map(entry -> String.join(
                        " | ",
                        entry.path("source").asText(),
                        entry.path("target").asText(),
                        entry.path("fstype").asText(),
                        entry.path("options").asText()))
                .toList();
    }
}
