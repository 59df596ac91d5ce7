package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Walks every type that ships, and what the jar carries of it. */
final class ShippedTypesTest {
    @TempDir
    Path scratch;

    static List<Path> types() throws IOException {
        return Sample.types();
    }

    static List<Path> shellFiles() throws IOException {
        var files = new ArrayList<Path>();
        try (Stream<Path> library = Files.list(Sample.MODULE.resolve("lib"))) {
            library.filter(file -> file.toString().endsWith(".sh")).forEach(files::add);
        }
        for (Path type : Sample.types()) {
            files.add(type.resolve("discover"));
        }
        return files.stream().filter(Files::exists).toList();
    }

    @ParameterizedTest
    @MethodSource("types")
    void aTypeHasTwoSamplesAtLeast(Path type) throws Exception {
        assertThat(Sample.of(type)).hasSizeGreaterThanOrEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("types")
    void everyRuleHasASampleThatPassesAndOneThatFails(Path type) throws Exception {
        if (!Files.exists(type.resolve("rules.yaml"))) {
            return;
        }
        var seen = new HashMap<String, Set<String>>();
        for (Sample sample : Sample.of(type)) {
            JsonNode verdicts = sample.json("verdicts.json").orElseThrow();
            verdicts.properties()
                    .forEach(verdict -> seen.computeIfAbsent(verdict.getKey(), _ -> new HashSet<>())
                            .add(verdict.getValue().asText()));
        }
        for (String id : RuleFile.readIds(type.resolve("rules.yaml"), DiscoveryType.read(type))) {
            assertThat(seen.get(id)).as(id).contains("pass", "fail");
        }
    }

    @ParameterizedTest
    @MethodSource("shellFiles")
    void everyShellParsesIt(Path file) throws Exception {
        for (String shell : List.of("dash", "busybox")) {
            var command = new ArrayList<>(List.of(Shell.require(shell)));
            if (shell.equals("busybox")) {
                command.add("ash");
            }
            command.addAll(List.of("-n", file.toString()));
            assertThat(Shell.runTool(scratch, command.toArray(String[]::new)))
                    .returns("", Shell.Run::complaints)
                    .returns(0, Shell.Run::status);
        }
    }

    @ParameterizedTest
    @MethodSource("shellFiles")
    void shellcheckFindsNothing(Path file) throws Exception {
        String source = "--source-path=" + Sample.MODULE.getParent();
        assertThat(Shell.runTool(scratch, Shell.require("shellcheck"), "-x", source, file.toString()))
                .returns("", Shell.Run::complaints)
                .returns(0, Shell.Run::status);
    }

    @Test
    void theJarCarriesEveryFileThatTheCatalogueNames() throws Exception {
        JsonNode catalogue = JsonMapper.builder().build().readTree(resource("catalogue.json"));
        assertThat(catalogue)
                .hasToString(CatalogueCompiler.compile(Sample.MODULE).toString());
        var paths = new ArrayList<String>();
        catalogue.path("lib").forEach(file -> paths.add(file.path("path").asText()));
        for (var type : catalogue.path("types").properties()) {
            type.getValue()
                    .path("files")
                    .forEach(file -> paths.add(file.path("path").asText()));
            paths.add(type.getKey() + "/discovery.yaml");
        }
        for (String path : paths) {
            assertThat(resource(path)).as(path).isEqualTo(Files.readString(Sample.MODULE.resolve(path)));
        }
    }

    @Test
    void theJarNamesItsTypes() throws Exception {
        assertThat(resource("types").lines())
                .containsExactlyElementsOf(
                        Sample.types().stream().map(ShippedFiles::nameOf).toList());
    }

    @Test
    void theJarCarriesNoSamples() {
        assertThat(getClass().getClassLoader().getResource("discovery-scripts/os/samples"))
                .isNull();
    }

    private static String resource(String path) throws IOException {
        try (InputStream in =
                ShippedTypesTest.class.getClassLoader().getResourceAsStream("discovery-scripts/" + path)) {
            return new String(Objects.requireNonNull(in, path).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
