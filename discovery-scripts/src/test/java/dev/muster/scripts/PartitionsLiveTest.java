package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares the type partitions with lsblk of util-linux, which asks sysfs. */
final class PartitionsLiveTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource
    void saysWhatLsblkSays(Shell shell) throws Exception {
        assumeTrue(Files.isReadable(Path.of("/proc/partitions")), "this system shows no partitions");
        // Without RAM and loop devices, which are left out, and floppies, which the kernel does not list.
        var printed = Shell.runTool(
                scratch, Shell.require("lsblk"), "-J", "-b", "--list", "-e", "1,2,7", "-o", "KNAME,MAJ:MIN,SIZE");
        var expected = new TreeMap<String, String>();
        for (JsonNode disk : JSON.readTree(
                        StandardCharsets.UTF_8.decode(printed.output()).toString())
                .path("blockdevices")) {
            String name = disk.path("kname").asText();
            if (!name.startsWith("zram") && disk.path("size").asLong() > 0) {
                expected.put(
                        name,
                        disk.path("maj:min").asText().strip() + " "
                                + disk.path("size").asLong() / 1024);
            }
        }

        var facts = new TreeMap<String, String>();
        Live.facts("partitions", shell, scratch)
                .properties()
                .forEach(disk -> facts.put(
                        disk.getKey(),
                        disk.getValue().path("major").asText() + ":"
                                + disk.getValue().path("minor").asText() + " "
                                + disk.getValue().path("blocks").asText()));
        assertThat(facts).isEqualTo(expected);
    }
}
