package dev.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The other half of {@link UnitFactsIT}: the types that walk the whole disk, in a small Debian with the agent's own package. In it lies one
 * file of each kind that they look for, behind folders of root's that nobody else may enter (sealed-files.sh). Compared is all that a
 * script prints, for root and for the agent with its unit's capabilities; both must have found those files, and without the
 * capabilities the script must say that it saw only a part, so that the comparison is known to depend on them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WalkFactsIT {
    /** Of each type the members of its facts, and what lies there for them. */
    static final Map<String, Map<String, String>> FINDS = Map.of(
            "pkgverify",
            Map.of("modified_binaries", "/usr/lib/sealed/changed"),
            "privfiles",
            Map.of(
                    "caps", "/usr/lib/sealed/capable",
                    "in_writable_trees", "/srv/sealed/open-folder/setgid",
                    "sgid", "/srv/sealed/open-folder/setgid",
                    "suid", "/usr/lib/sealed/setuid",
                    "unpackaged", "/srv/sealed/setuid"),
            "worldwritable",
            Map.of(
                    "dirs_without_sticky", "/srv/sealed/open-folder",
                    "files", "/srv/sealed/open",
                    "unowned", "/srv/sealed/nobodys"));

    private static final String SCRIPTS = "/usr/lib/muster-agent/discovery-scripts";

    private DebianRoot host;

    @BeforeAll
    void makeAHost(@TempDir Path folder) throws IOException {
        Tool.needRootAnd("unshare", "chroot", "setpriv", "timeout", "dpkg", "dpkg-deb", "getcap");
        host = DebianRoot.make(folder.resolve("root"), "libcap2-bin");
        Path sealed = folder.resolve("sealed.deb");
        String script =
                Path.of("src/test/resources/sealed-files.sh").toAbsolutePath().toString();
        Tool.run("sh", script, "package", folder.resolve("sealed").toString(), sealed.toString());
        host.manage(
                "dpkg",
                "--root=" + host.path("/"),
                "--install",
                Trees.list(Path.of("target").toAbsolutePath(), "muster-agent_.*\\.deb")
                        .getFirst()
                        .toString(),
                sealed.toString());
        Tool.run("sh", script, "files", host.path("/").toString());
    }

    @Test
    void eachOfThemIsAType() throws IOException {
        assertThat(Comparison.types()).containsAll(FINDS.keySet());
    }

    @ParameterizedTest
    @MethodSource("types")
    void factsAreThoseThatRootGathers(String type) throws IOException {
        Unit unit = Unit.read(host.path("/usr/lib/systemd/system/muster-agent.service"));
        Tool.Result asRoot =
                in(unit.privileges(unit.value("User"), unit.value("Group"))).assertSame(type);
        assertThat(asRoot.status()).as(asRoot.printed()).isZero();
        ObjectNode facts = Comparison.facts(asRoot);
        finds(type)
                .forEach((member, path) ->
                        assertThat(facts.path(member).toString()).as(member).contains("\"" + path + "\""));
    }

    @ParameterizedTest
    @MethodSource("types")
    void withoutTheCapabilitiesItSaysThatItSawOnlyAPart(String type) throws IOException {
        List<String> none = List.of(
                "setpriv", "--reuid", "muster", "--regid", "muster", "--clear-groups", "--bounding-set", "-all");
        Tool.Result restricted = in(none).restricted(type);
        ObjectNode facts = Comparison.facts(restricted);
        assertThat(facts.path("_denied"))
                .as(restricted.printed())
                .extracting(JsonNode::asText)
                .containsAll(finds(type).keySet());
    }

    private static Map<String, String> finds(String type) {
        return Objects.requireNonNull(FINDS.get(type), type);
    }

    private Comparison in(List<String> privileges) {
        return new Comparison(host::entering, SCRIPTS, privileges);
    }

    static Stream<String> types() {
        return FINDS.keySet().stream().sorted();
    }
}
