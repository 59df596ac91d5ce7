package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares homedirs with what getent and the file system of this machine say. */
final class HomedirsLiveTest {
    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource(Shell.class)
    void homesAndDotFilesAreThoseOfTheFileSystem(Shell shell) throws Exception {
        var homes = new TreeMap<String, String>();
        var dotFiles = new TreeMap<String, String>();
        var getent = Shell.runTool(scratch, Shell.require("getent"), "passwd");
        for (String line : getent.complaints().lines().toList()) {
            String[] field = line.split(":", -1);
            int uid = Integer.parseInt(field[2]);
            Path home = Path.of(field[5]);
            if ((uid != 0 && (uid < 1_000 || uid > 60_000))
                    || field[6].matches(".*/(nologin|false|sync)")
                    || !Files.isDirectory(home)) {
                continue;
            }
            homes.put(
                    field[0],
                    home + " " + mode(home) + " "
                            + Files.getAttribute(home, "unix:uid").equals(uid));
            try (Stream<Path> files = Files.list(home)) {
                for (Path file : files.toList()) {
                    if (ShippedFiles.nameOf(file).startsWith(".")
                            && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                        dotFiles.put(file.toString(), mode(file));
                    }
                }
            }
        }

        JsonNode facts = Live.facts("homedirs", shell, scratch);

        var foundHomes = new TreeMap<String, String>();
        for (JsonNode home : facts.path("homes")) {
            foundHomes.put(
                    home.path("user").asText(),
                    home.path("home").asText() + " " + home.path("mode").asText() + " "
                            + home.path("owner_ok").asBoolean());
        }
        var foundDotFiles = new TreeMap<String, String>();
        for (JsonNode file : facts.path("dotfiles")) {
            foundDotFiles.put(file.path("path").asText(), file.path("mode").asText());
        }
        assertThat(foundHomes).isNotEmpty().isEqualTo(homes);
        assertThat(foundDotFiles).isEqualTo(dotFiles);
    }

    private static String mode(Path file) throws Exception {
        return "%04o".formatted((int) Files.getAttribute(file, "unix:mode") & 07777);
    }
}
