package dev.muster.agent.discovery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.protocol.message.FactsStatus;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueTest {
    private static final String CATALOGUE = """
            { "version": 1, "later": [{"x": 1}],
              "lib": [ {"path": "lib/json.sh", "mode": "0644"} ],
              "types": {
                "os": {
                  "description": "The system", "notes": "n", "schema": 2, "platforms": ["linux"], "runs": "script",
                  "interval_seconds": 3600, "timeout_seconds": 10, "needs": ["CAP_SYS_PTRACE"],
                  "parameters": {
                    "depth": {"type": "int", "meaning": "m", "min": 1, "max": 9, "default": 3},
                    "mode": {"type": "enum", "meaning": "m", "values": ["a", "b"], "default": "b"},
                    "where": {"type": "paths", "meaning": "m", "roots": ["/etc"], "default": ["/etc/a", "/etc/b"]} },
                  "watch": ["/etc/os-release"], "after": ["cpu"],
                  "fields": [ {"name": "id", "type": "text", "meaning": "m"} ],
                  "files": [ {"path": "os/discover", "mode": "0755"} ],
                  "script": "os/discover" },
                "lldp": { "description": "d", "schema": 1, "runs": "agent", "enabled": false, "keys": [], "files": [] } } }
            """;
    private static final Map<String, String> RESOURCES = Map.of(
            "/discovery-scripts/catalogue.json",
            CATALOGUE,
            "/discovery-scripts/lib/json.sh",
            "value=7\n",
            "/discovery-scripts/os/discover",
            "#!/bin/sh\n. \"$MUSTER_LIB/json.sh\"\necho \"{\\\"a\\\":$value}\"\n");

    @TempDir
    private Path dir;

    @Test
    void readsWhatTheAgentNeedsOfAType() {
        DiscoveryType os = unpack().type("os").orElseThrow();
        assertThat(os.schema()).isEqualTo(2);
        assertThat(os.activation()).isEqualTo(DiscoveryType.Activation.BY_DEFAULT);
        assertThat(os.interval()).isEqualTo(Duration.ofHours(1));
        assertThat(os.timeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(os.needs()).containsExactly("CAP_SYS_PTRACE");
        assertThat(os.watch()).containsExactly(Path.of("/etc/os-release"));
        assertThat(os.after()).containsExactly("cpu");
        assertThat(os.script()).contains(dir.resolve("fresh/os/discover"));
        assertThat(os.variables(Map.of()))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("MUSTER_DEPTH", "3", "MUSTER_MODE", "b", "MUSTER_WHERE", "/etc/a\n/etc/b"));
    }

    @Test
    void knowsTypesThatTheAgentItselfDiscovers() {
        assertThat(unpack().type("lldp").orElseThrow().script()).isEmpty();
    }

    @Test
    void knowsTypesThatRunOnRequestOnly() {
        assertThat(unpack().type("lldp").orElseThrow().activation()).isEqualTo(DiscoveryType.Activation.ON_REQUEST);
    }

    @Test
    void unpacksIntoAFolderOfItsOwn() throws IOException {
        unpack();
        assertThat(mode("fresh")).isEqualTo("rwx------");
        assertThat(mode("fresh/os/discover")).isEqualTo("rwx------");
        assertThat(mode("fresh/lib/json.sh")).isEqualTo("rw-------");
        assertThatThrownBy(this::unpack)
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining("FileAlreadyExists");
    }

    @Test
    void runsWhatItUnpacked() throws Exception {
        Catalogue catalogue = unpack();
        var settings =
                new RunnerSettings(RunnerSettings.DEFAULT_SEARCH_PATH, "", catalogue.lib(), dir.resolve("pipes"));
        var runner = new Runner(settings, InstantSource.system(), System::nanoTime);
        RunResult result =
                runner.run(PlannedInstance.of(catalogue.type("os").orElseThrow(), PlannedInstance.FirstRun.SOON));
        assertThat(result.report().data()).hasToString("{\"a\":7}");
    }

    @Test
    void runsEveryScriptThatIsShipped() throws Exception {
        Catalogue catalogue = Catalogue.unpack(dir.resolve("shipped"));
        assertThat(catalogue.types()).containsKeys("os", "proc_sys");
        var settings =
                new RunnerSettings(RunnerSettings.DEFAULT_SEARCH_PATH, "", catalogue.lib(), dir.resolve("pipes"));
        var runner = new Runner(settings, InstantSource.system(), System::nanoTime);
        for (DiscoveryType type : catalogue.types().values()) {
            // Walks of the whole disk have tests of their own, over less.
            boolean isWalk = type.timeout().compareTo(Scheduler.WALK) >= 0;
            if (type.script().isPresent() && !isWalk) {
                RunResult result = runner.run(PlannedInstance.of(type, PlannedInstance.FirstRun.SOON));
                assertThat(result.report().status())
                        .as(type.name() + " " + result.report().errors())
                        .isNotIn(FactsStatus.ERROR, FactsStatus.TIMEOUT);
            }
        }
    }

    @Test
    void readsAnInstalledFolder() throws IOException {
        Files.writeString(dir.resolve("catalogue.json"), CATALOGUE);
        Catalogue installed = Catalogue.installed(dir);
        assertThat(installed.types().keySet()).containsExactly("lldp", "os");
        assertThat(installed.lib()).isEqualTo(dir.resolve("lib"));
        assertThat(installed.type("os").orElseThrow().script()).contains(dir.resolve("os/discover"));
    }

    @Test
    void addsTheAdministratorsTypesAndNamesTheBadOnes() throws IOException {
        Path own = Files.createDirectory(dir.resolve("discovery.d"));
        own(own, "mine", type("mine"));
        own(own, "os", type("os"));
        own(own, "bad", "{\"version\":1,");
        own(own, "old", "{\"version\":2,\"types\":{}}");
        own(own, "wild", "{\"version\":1,\"types\":{\"wild\":{\"schema\":1,\"script\":\"../../bin/sh\"}}}");
        Catalogue all = unpack().withOwnTypes(own);
        assertThat(all.types().keySet()).containsExactly("lldp", "mine", "os");
        assertThat(all.type("mine").orElseThrow().script()).contains(own.resolve("mine/discover"));
        assertThat(all.type("os").orElseThrow().schema()).isEqualTo(2);
        assertThat(all.problems())
                .hasSize(4)
                .anyMatch(p -> p.contains("a type os already"))
                .anyMatch(p -> p.contains("wild"));
        assertThat(unpackTo("second").withOwnTypes(dir.resolve("none")).types()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"version\":1,\"types\":{\"Os\":{\"schema\":1}}}",
                "{\"version\":1,\"types\":{\"os\":{\"schema\":0}}}",
                "{\"version\":1,\"types\":{\"os\":{\"schema\":1,\"interval_seconds\":0}}}",
                "{\"version\":1,\"types\":{\"os\":{\"schema\":1},\"os\":{\"schema\":1}}}",
                "{\"version\":1,\"types\":{\"os\":{\"schema\":1,\"script\":\"/bin/sh\"}}}",
                "{\"version\":1,\"types\":{\"os\":{\"schema\":1,\"script\":\".\"}}}",
                "{\"version\":1,\"types\":{\"os\":{\"schema\":1,\"parameters\":{\"path\":{\"type\":\"int\",\"default\":1}}}}}",
                "{\"version\":1,\"types\":{\"os\":{\"schema\":1,\"parameters\":{\"a\":{\"type\":\"text\",\"default\":\"\"}}}}}",
                "{\"version\":1,\"types\":{\"os\":{\"schema\":1,\"after\":[1]}}}",
                "{\"version\":1,\"types\":{\"os\":{\"schema\":99999999999}}}",
            })
    void refusesABadCatalogueNamingIt(String text) throws IOException {
        Files.writeString(dir.resolve("catalogue.json"), text);
        assertThatThrownBy(() -> Catalogue.installed(dir))
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining("catalogue.json");
    }

    private Catalogue unpack() {
        return unpackTo("fresh");
    }

    private Catalogue unpackTo(String folder) {
        return Catalogue.unpack(
                name -> RESOURCES.containsKey(name)
                        ? new ByteArrayInputStream(
                                RESOURCES.getOrDefault(name, "").getBytes(UTF_8))
                        : null,
                dir.resolve(folder));
    }

    private String mode(String path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(dir.resolve(path)));
    }

    private static void own(Path folder, String name, String text) throws IOException {
        Files.writeString(Files.createDirectory(folder.resolve(name)).resolve("discovery.json"), text);
    }

    private static String type(String name) {
        return "{\"version\":1,\"types\":{\"%1$s\":{\"schema\":1,\"files\":%2$s,\"script\":\"%1$s/discover\"}}}"
                .formatted(name, List.of());
    }
}
