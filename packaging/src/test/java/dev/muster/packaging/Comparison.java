package dev.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Runs discovery scripts of the agent's image as root and with fewer privileges, each for at most the time that the agent gives it.
 *
 * @param enter makes of a command the one that runs it where the facts are
 * @param scripts the folder of the types there
 * @param privileges what stands before a script so that it has no others
 */
record Comparison(UnaryOperator<List<String>> enter, String scripts, List<String> privileges) {
    private static final Path IMAGE = Path.of("target/image/agent").toAbsolutePath();

    /** The types as the build laid them out. */
    static final Path SCRIPTS = IMAGE.resolve("usr/lib/muster-agent/discovery-scripts");

    static final Path UNIT = IMAGE.resolve("usr/lib/systemd/system/muster-agent.service");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TIMEOUT = "timeout_seconds: ";
    /** timeout(1) had to end it. */
    private static final int TOO_LATE = 124;

    /** Programs come and go between two runs on a machine that is in use. */
    private static final int TRIES = 6;

    /** Names of all that have a script. */
    static Stream<String> types() throws IOException {
        return Trees.list(SCRIPTS, ".*").stream()
                .filter(type -> Files.exists(type.resolve("discover")))
                .map(type -> type.getFileName().toString());
    }

    /** Fails unless both print the same, but for what no capability makes readable; returns what root gathered. */
    Tool.Result assertSame(String type) throws IOException {
        Tool.Result asRoot = asRoot(type);
        Tool.Result restricted = restricted(type);
        for (int i = 1; i < TRIES && !isSame(asRoot, restricted); i++) {
            asRoot = asRoot(type);
            restricted = restricted(type);
        }
        assertThat(isSame(asRoot, restricted))
                .as("%nroot: %s%nunder the unit: %s", asRoot, restricted)
                .isTrue();
        return asRoot;
    }

    Tool.Result asRoot(String type) throws IOException {
        return run(List.of(), type);
    }

    Tool.Result restricted(String type) throws IOException {
        return run(privileges, type);
    }

    private Tool.Result run(List<String> before, String type) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(
                "env",
                "-i",
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "LC_ALL=C",
                "MUSTER_ROOT=",
                "MUSTER_LIB=" + scripts + "/lib",
                scripts + "/" + type + "/discover"));
        List<String> bounded = new ArrayList<>(List.of("timeout", seconds(type)));
        bounded.addAll(enter.apply(command));
        Tool.Result result = Tool.result(bounded);
        assertThat(result.status()).as("%s took too long", type).isNotEqualTo(TOO_LATE);
        return result;
    }

    private static String seconds(String type) throws IOException {
        return Files.readAllLines(SCRIPTS.resolve(type).resolve("discovery.yaml")).stream()
                .filter(line -> line.startsWith(TIMEOUT))
                .map(line -> line.substring(TIMEOUT.length()))
                .findFirst()
                .orElseThrow();
    }

    static ObjectNode facts(Tool.Result result) throws IOException {
        return (ObjectNode) JSON.readTree(result.printed());
    }

    private static boolean isSame(Tool.Result asRoot, Tool.Result restricted) throws IOException {
        if (asRoot.equals(restricted)) {
            return true;
        }
        if (asRoot.printed().isBlank() || restricted.printed().isBlank()) {
            return false;
        }
        ObjectNode expected = facts(asRoot);
        ObjectNode facts = facts(restricted);
        JsonNode denied = facts.path("_denied");
        for (JsonNode name : denied) {
            if (!isOnlyForUserZero(name.asText())) {
                return false;
            }
            expected.remove(name.asText());
        }
        return expected.equals(facts.without("_denied"));
    }

    /** A sysctl of mode 0600: the kernel looks at the user only, whatever the capabilities (proc_sysctl.c, sysctl_perm). */
    private static boolean isOnlyForUserZero(String name) throws IOException {
        Path file = Path.of("/proc/sys", name.replace('.', '/'));
        return Files.exists(file) && !Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
    }
}
