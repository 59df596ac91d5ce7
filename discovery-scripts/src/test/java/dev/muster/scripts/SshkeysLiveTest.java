package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares sshkeys with ssh-keygen on the host keys of the machine that runs the tests. */
final class SshkeysLiveTest {
    @TempDir
    Path scratch;

    @Test
    void saysWhatSshKeygenSays() throws Exception {
        String program = Shell.require("ssh-keygen");
        var expected = new TreeMap<String, String>();
        try (var files = Files.newDirectoryStream(Path.of("/etc/ssh"), "ssh_host_*_key.pub")) {
            for (Path file : files) {
                // 256 SHA256:… root@host (ED25519)
                String[] words = Shell.runTool(scratch, program, "-l", "-f", file.toString())
                        .text()
                        .strip()
                        .split(" ", -1);
                expected.put(file.toString(), words[0] + " " + words[1]);
            }
        }

        var facts = new TreeMap<String, String>();
        for (JsonNode key : Live.facts("sshkeys", Shell.DASH, scratch).path("host_keys")) {
            if (key.has("fingerprint")) {
                facts.put(
                        key.path("path").asText() + ".pub",
                        key.path("bits").asText() + " "
                                + key.path("fingerprint").asText());
            }
        }
        assertThat(facts).isEqualTo(expected);
    }
}
