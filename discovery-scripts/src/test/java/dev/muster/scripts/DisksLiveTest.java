package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares the types blockdevs and partitions with lsblk of util-linux, which asks sysfs. */
final class DisksLiveTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource
    void disksAreWhatLsblkSays(Shell shell) throws Exception {
        assumeTrue(Files.isDirectory(Path.of("/sys/block")), "this system shows no disks");
        Map<String, String> expected = new TreeMap<>();
        // Without loop, RAM, zram, floppy and optical devices, which are left out.
        for (JsonNode disk : lsblk("1,2,7,11", "KNAME,SIZE")) {
            expected.put(disk.path("kname").asText(), disk.path("size").asText());
        }

        var facts = new TreeMap<String, String>();
        for (JsonNode disk : Live.facts("blockdevs", shell, scratch).path("disks")) {
            facts.put(disk.path("name").asText(), disk.path("size").asText());
        }
        assertThat(facts).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void partitionsAreWhatLsblkSays(Shell shell) throws Exception {
        assumeTrue(Files.isReadable(Path.of("/proc/partitions")), "this system shows no partitions");
        Map<String, String> expected = new TreeMap<>();
        // Without RAM and loop devices, which are left out, and floppies, which the kernel does not list.
        for (JsonNode disk : lsblk("1,2,7", "KNAME,MAJ:MIN,SIZE")) {
            long blocks = disk.path("size").asLong() / 1024;
            if (blocks > 0) {
                expected.put(
                        disk.path("kname").asText(),
                        disk.path("maj:min").asText().strip() + " " + blocks);
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

    /** @param without majors of devices */
    private List<JsonNode> lsblk(String without, String columns) throws Exception {
        var printed =
                Shell.runTool(scratch, Shell.require("lsblk"), "-J", "-b", "--list", "-e", without, "-o", columns);
        return JSON.readTree(StandardCharsets.UTF_8.decode(printed.output()).toString())
                .path("blockdevices")
                .valueStream()
                .filter(disk -> !disk.path("kname").asText().startsWith("zram"))
                .toList();
    }
}
