package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares the type filesystems with what df of coreutils says of each of them. */
final class FilesystemsLiveTest {
    /** Others write while the test runs. */
    private static final Offset<Integer> STEP_AND_CHANGE = Offset.offset(6);

    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource
    void saysWhatDfSays(Shell shell) throws Exception {
        JsonNode mounts = Live.facts("filesystems", shell, scratch).path("mounts");

        assertThat(mounts.valueStream().map(mount -> mount.path("target").asText()))
                .contains("/")
                .isSorted();
        for (JsonNode mount : mounts) {
            String target = mount.path("target").asText();
            var said = Shell.runTool(
                    scratch, Shell.require("df"), "-k", "--output=fstype,size,pcent,ipcent,target", "--", target);
            String[] words =
                    said.complaints().lines().skip(1).findFirst().orElseThrow().split(" +", 5);
            assertThat(words[0]).isEqualTo(mount.path("fstype").asText());
            assertThat(words[1]).isEqualTo(mount.path("size_kb").asText());
            assertThat(words[4]).isEqualTo(target);
            assertPercent(mount, "use_pct", words[2]);
            assertPercent(mount, "inode_pct", words[3]);
        }
    }

    private static void assertPercent(JsonNode mount, String name, String said) {
        assertThat(mount.has(name)).as(mount + " " + said).isEqualTo(!said.equals("-"));
        if (mount.has(name)) {
            assertThat(mount.path(name).asInt()).isCloseTo(Integer.parseInt(said.replace("%", "")), STEP_AND_CHANGE);
        }
    }
}
