package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Networks that a test changes without anybody noticing: each run has a new one, with nothing but loopback. */
record OwnNetwork(Path scratch) {
    /** Where that may not be done here the test is skipped, except in continuous integration. */
    void requireThat(String command) throws Exception {
        Shell.require("ip");
        if (run(command, "true").status() == 0) {
            return;
        }
        String problem = "no network can be made here for " + command + ": it is not tested";
        if ("true".equals(System.getenv("CI"))) {
            Assertions.fail(problem);
        }
        System.err.println("SKIPPED " + problem);
        Assumptions.abort(problem);
    }

    /** What a command prints after others have set up the network. */
    Shell.Run run(String load, String command) throws Exception {
        var words = new ArrayList<>(List.of(Shell.require("unshare"), "--net"));
        if (!"root".equals(System.getProperty("user.name"))) {
            words.add("--map-root-user");
        }
        words.addAll(List.of("sh", "-c", "ip link set lo up && { " + load + "; } >/dev/null && " + command));
        return Shell.runTool(Files.createTempDirectory(scratch, "run"), words.toArray(String[]::new));
    }

    /** What the script of a type prints there. */
    JsonNode facts(String type, Shell shell, String load) throws Exception {
        Shell.Run run = run(load, script(type, shell));
        assertThat(run.status()).as(run.complaints()).isIn(0, 6);
        return FactsAssert.parse(run.text());
    }

    /** The command that runs the script of a type: with the system's programs under either shell, since the network needs them. */
    static String script(String type, Shell shell) {
        return "env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C MUSTER_ROOT= MUSTER_LIB='%s' %s '%s'"
                .formatted(
                        Sample.MODULE.resolve("lib"),
                        shell == Shell.DASH ? "dash" : "busybox ash",
                        Sample.MODULE.resolve(type).resolve("discover"));
    }
}
