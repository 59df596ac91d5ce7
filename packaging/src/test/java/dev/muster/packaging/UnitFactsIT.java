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
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the agent's unit restricts takes nothing from the facts: each script prints under it what it prints for root. */
final class UnitFactsIT {
    private static final Path IMAGE = Path.of("target/image/agent").toAbsolutePath();
    private static final Path SCRIPTS = IMAGE.resolve("usr/lib/muster-agent/discovery-scripts");
    private static final Path UNIT = IMAGE.resolve("usr/lib/systemd/system/muster-agent.service");

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The user muster need not exist on this machine; this one is nobody. */
    private static final String NOBODY = "65534";

    /** Programs come and go between two runs on a machine that is in use. */
    private static final int TRIES = 6;

    @Test
    void theUnitGrantsExactlyWhatTheTypesDeclare() throws IOException {
        Set<String> declared = new TreeSet<>();
        for (Path type : Trees.list(SCRIPTS, ".*")) {
            Path description = type.resolve("discovery.yaml");
            if (Files.exists(description)) {
                Files.readAllLines(description).stream()
                        .filter(line -> line.startsWith("needs: ["))
                        .flatMap(line -> Stream.of(
                                line.replaceAll("needs: \\[(.*)\\].*", "$1").split(", *", -1)))
                        .filter(name -> !name.isEmpty())
                        .forEach(declared::add);
            }
        }
        Unit unit = Unit.read(UNIT);
        assertThat(declared).isNotEmpty();
        assertThat(unit.capabilities("AmbientCapabilities")).containsExactlyElementsOf(declared);
        assertThat(unit.capabilities("CapabilityBoundingSet")).containsExactlyElementsOf(declared);
    }

    @ParameterizedTest
    @MethodSource("types")
    void factsAreThoseThatRootGathers(String type) throws IOException {
        Tool.needRootAnd("setpriv");
        List<String> restricted = new ArrayList<>(Unit.read(UNIT).privileges(NOBODY, NOBODY));
        List<String> script = List.of(
                "env",
                "-i",
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "LC_ALL=C",
                "MUSTER_ROOT=",
                "MUSTER_LIB=" + SCRIPTS.resolve("lib"),
                SCRIPTS.resolve(type).resolve("discover").toString());
        restricted.addAll(script);
        Tool.Result asRoot = Tool.result(script);
        Tool.Result underUnit = Tool.result(restricted);
        for (int i = 1; i < TRIES && !isSame(asRoot, underUnit); i++) {
            asRoot = Tool.result(script);
            underUnit = Tool.result(restricted);
        }
        assertThat(isSame(asRoot, underUnit))
                .as("%nroot: %s%nunder the unit: %s", asRoot, underUnit)
                .isTrue();
    }

    /** Equal but for what no capability makes readable; that is said in {@code _denied}. */
    private static boolean isSame(Tool.Result asRoot, Tool.Result underUnit) throws IOException {
        if (asRoot.equals(underUnit)) {
            return true;
        }
        if (asRoot.printed().isBlank() || underUnit.printed().isBlank()) {
            return false;
        }
        ObjectNode expected = (ObjectNode) JSON.readTree(asRoot.printed());
        ObjectNode facts = (ObjectNode) JSON.readTree(underUnit.printed());
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

    static Stream<String> types() throws IOException {
        return Trees.list(SCRIPTS, ".*").stream()
                .filter(type -> Files.exists(type.resolve("discover")))
                .map(type -> type.getFileName().toString());
    }
}
