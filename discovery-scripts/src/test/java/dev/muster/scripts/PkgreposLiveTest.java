package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares the type pkgrepos with apt on the machine that runs the tests. */
final class PkgreposLiveTest {
    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource
    void everyRepositoryIsThatOfAptGet(Shell shell) throws Exception {
        assumeTrue(Files.exists(Path.of("/var/lib/dpkg/status")), "this system has no dpkg");
        var targets = Shell.runTool(
                scratch,
                Shell.require("apt-get"),
                "indextargets",
                "--format",
                "$(REPO_URI) $(RELEASE)",
                "Created-By: Packages");
        var expected = new TreeSet<String>();
        for (String line : targets.text().lines().toList()) {
            expected.add(line.replaceFirst("/ ", " "));
        }

        var repositories = new TreeSet<String>();
        for (JsonNode repository : Live.facts("pkgrepos", shell, scratch).path("repos")) {
            if (repository.path("enabled").asBoolean()) {
                repositories.add(repository.path("uri").asText().replaceFirst("/$", "") + " "
                        + repository.path("id").asText());
            }
        }
        assertThat(repositories).isEqualTo(expected).isNotEmpty();
    }
}
