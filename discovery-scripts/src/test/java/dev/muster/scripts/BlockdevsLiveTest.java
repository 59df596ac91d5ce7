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

/** Compares the type blockdevs with lsblk of util-linux. */
final class BlockdevsLiveTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource
    void saysWhatLsblkSays(Shell shell) throws Exception {
        assumeTrue(Files.isDirectory(Path.of("/sys/block")), "this system shows no disks");
        // Without loop, RAM, zram, floppy and optical devices, which are left out.
        var printed = Shell.runTool(
                scratch, Shell.require("lsblk"), "-J", "-b", "--list", "-e", "1,2,7,11", "-o", "KNAME,SIZE");
        var expected = new TreeMap<String, String>();
        for (JsonNode disk : JSON.readTree(
                        StandardCharsets.UTF_8.decode(printed.output()).toString())
                .path("blockdevices")) {
            String name = disk.path("kname").asText();
            if (!name.startsWith("zram")) {
                expected.put(name, disk.path("size").asText());
            }
        }

        var facts = new TreeMap<String, String>();
        for (JsonNode disk : Live.facts("blockdevs", shell, scratch).path("disks")) {
            facts.put(disk.path("name").asText(), disk.path("size").asText());
        }
        assertThat(facts).isEqualTo(expected);
    }
}
