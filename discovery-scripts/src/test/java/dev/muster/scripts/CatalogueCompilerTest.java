package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class CatalogueCompilerTest {
    private static final String TYPE = """
            name: widgets
            description: Widgets of this host
            schema: 1
            fields:
              - {name: count, type: int, meaning: "how many"}
            """;
    private static final String MAP = """
            name: widgets
            description: Widgets of this host
            schema: 1
            keys:
              - {key: a.b, type: int, meaning: "one"}
              - {pattern: "c.*", type: int, meaning: "several"}
              - {pattern: "*", type: text, meaning: "others"}
            """;
    private static final String RULE = """
            - id: widget-1
              title: There is a widget
              category: availability
              severity: low
              when: "true"
              check: facts["a.b"] == 1 && facts['c.d'] == 2
              missing: na
              why: Nothing works without.
              fix: Buy one.
              profile: base
            """;

    @TempDir
    Path source;

    private Path folder = Path.of("");

    @BeforeEach
    void aType() throws IOException {
        folder = Files.createDirectory(source.resolve("widgets"));
        Files.writeString(folder.resolve("discover"), "#!/bin/sh\n");
        Files.writeString(folder.resolve("discovery.yaml"), TYPE);
    }

    @Test
    void fillsInWhatADescriptionLeavesOut() throws Exception {
        var json = CatalogueCompiler.compile(source);
        assertThat(json).hasToString("""
                {"version":1,"lib":[],"types":{"widgets":{"description":"Widgets of this host","schema":1,"platforms":[],\
                "runs":"script","enabled":true,"interval_seconds":60,"timeout_seconds":30,"needs":[],"parameters":{},"watch":[],"after":[],"triggers":[],\
                "fields":[{"name":"count","type":"int","meaning":"how many"}],\
                "files":[{"path":"widgets/discover","mode":"0755"}],"script":"widgets/discover"}},"graph":{}}""");
    }

    @Test
    void carriesParametersOfEachKind() throws Exception {
        write("""
                parameters:
                  depth: {type: int, min: 1, max: 9, default: 3, meaning: "levels"}
                  mode: {type: enum, values: [fast, full], default: fast, meaning: "how"}
                  lists: {type: paths, roots: [/etc, /var/lib], meaning: "what"}
                """);
        assertThat(CatalogueCompiler.compileType(folder).path("parameters"))
                .hasToString(
                        "{\"depth\":{\"type\":\"int\",\"meaning\":\"levels\",\"min\":1,\"max\":9,\"default\":3},"
                                + "\"mode\":{\"type\":\"enum\",\"meaning\":\"how\",\"values\":[\"fast\",\"full\"],\"default\":\"fast\"},"
                                + "\"lists\":{\"type\":\"paths\",\"meaning\":\"what\",\"roots\":[\"/etc\",\"/var/lib\"],\"default\":[]}}");
    }

    @Test
    void takesATypeThatTheAgentItselfDiscovers() throws Exception {
        write("runs: agent\n");
        Files.delete(folder.resolve("discover"));
        var json = CatalogueCompiler.compileType(folder);
        assertThat(json.path("files")).isEmpty();
        assertThat(json.has("script")).isFalse();
    }

    static Stream<Arguments> wrongAdditions() {
        return Stream.of(
                Arguments.of("intervall: 60\n", "unknown member intervall"),
                Arguments.of("schema: 2\n", "uplicate"),
                Arguments.of("interval_seconds: 1\n", "is 1, not from 5"),
                Arguments.of("interval_seconds: soon\n", "not a whole number"),
                Arguments.of("timeout_seconds: 99999999999999999999\n", "not a whole number"),
                Arguments.of("needs: [everything]\n", "does not match"),
                Arguments.of("needs: CAP_NET_RAW\n", "is not a list"),
                Arguments.of("reads: [etc/passwd]\n", "does not match"),
                Arguments.of("asks: [docker inspect]\n", "does not match"),
                Arguments.of("cpu_ms: -1\n", "not from 0"),
                Arguments.of("watch: [etc]\n", "does not match"),
                Arguments.of("after: [gadgets]\n", "after names no type: gadgets"),
                Arguments.of("runs: agent\n", "yet has a discover"),
                Arguments.of("runs: cron\n", "not one of [agent, script]"),
                Arguments.of("keys: []\n", "either fields or keys"),
                Arguments.of("notes: ''\n", "is not a text"),
                Arguments.of("parameters: {path: {type: int}}\n", "not a name that a parameter may have"),
                Arguments.of("parameters: {a: {type: text, meaning: x}}\n", "not one of [enum, globs, int, paths]"),
                Arguments.of(
                        "parameters: {a: {type: int, meaning: x, min: 3, max: 2, default: 2}}\n", "is 2, not from 3"),
                Arguments.of("parameters: {a: {type: enum, meaning: x, values: [b], default: c}}\n", "not one of [b]"),
                Arguments.of("parameters: {a: {type: paths, meaning: x, roots: [//proc/1]}}\n", "may not hold"),
                Arguments.of("parameters: {a: {type: paths, meaning: x, roots: [/]}}\n", "may not hold"),
                Arguments.of("platforms: &a [linux]\nneeds: *a\n", "is not a list"),
                Arguments.of("---\nmore: 1\n", "railing"));
    }

    @ParameterizedTest
    @MethodSource("wrongAdditions")
    void refusesADescriptionThatIsWrong(String addition, String complaint) throws Exception {
        write(addition);
        assertThatThrownBy(() -> CatalogueCompiler.compile(source))
                .isInstanceOf(CatalogueException.class)
                .hasMessageContaining("widgets")
                .hasMessageContaining(complaint);
    }

    static Stream<Arguments> wrongFields() {
        return Stream.of(
                Arguments.of("{name: a, type: number, meaning: x}", "is no type: number"),
                Arguments.of("{name: a, type: text}", "lacks meaning"),
                Arguments.of("{name: a, type: text, meaning: x, secret: maybe}", "neither true nor false"),
                Arguments.of("{name: count, type: text, meaning: x}", "declares count again"),
                Arguments.of("{name: _denied, type: text, meaning: x}", "does not match"),
                Arguments.of("{name: a, type: list of record, meaning: x}", "its type holds a record"),
                Arguments.of("{name: a, type: text, meaning: x, fields: []}", "its type holds a record"));
    }

    @ParameterizedTest
    @MethodSource("wrongFields")
    void refusesAFieldThatIsWrong(String field, String complaint) throws Exception {
        write("  - " + field + "\n");
        assertThatThrownBy(() -> CatalogueCompiler.compileType(folder))
                .isInstanceOf(CatalogueException.class)
                .hasMessageContaining("fields[1]")
                .hasMessageContaining(complaint);
    }

    @Test
    void refusesAnEmptyFileAndAScriptThatIsNotThere() throws Exception {
        Files.delete(folder.resolve("discover"));
        assertThatThrownBy(() -> CatalogueCompiler.compileType(folder)).hasMessageContaining("has no discover");
        Files.writeString(folder.resolve("discovery.yaml"), "");
        assertThatThrownBy(() -> CatalogueCompiler.compileType(folder)).hasMessageContaining("is not a map");
    }

    @Test
    void refusesAYamlThatGrowsWhenItIsRead() throws Exception {
        write("platforms: &a [linux, linux]\nneeds: [*a, *a]\n");
        assertThatThrownBy(() -> CatalogueCompiler.compileType(folder)).isInstanceOf(CatalogueException.class);
        Files.writeString(folder.resolve("discovery.yaml"), "#" + " ".repeat(2 << 20));
        assertThatThrownBy(() -> CatalogueCompiler.compileType(folder)).hasMessageContaining("larger than");
    }

    @Test
    void refusesANameThatIsNotTheFolders() throws Exception {
        Files.move(folder, source.resolve("gadgets"));
        assertThatThrownBy(() -> CatalogueCompiler.compile(source)).hasMessageContaining("not the folder's");
    }

    @Test
    void takesRulesOverDeclaredKeys() throws Exception {
        rules(RULE);
        assertThat(CatalogueCompiler.compileType(folder).path("keys")).hasSize(3);
    }

    static Stream<Arguments> wrongRules() {
        return Stream.of(
                Arguments.of("a.b", "a.typo", "reads the key a.typo"),
                Arguments.of("\"true\"", "facts[\"x\"] == 'y'", "reads the key x"),
                Arguments.of("severity: low", "severity: urgent", "not one of [high, low, medium]"),
                Arguments.of("missing: na", "missing: unknown", "not one of [fail, na, pass]"),
                Arguments.of("  why: Nothing works without.\n", "", "lacks why"),
                Arguments.of("\"true\"", "true", "is not a text"),
                Arguments.of("id: widget-1", "id: a b", "does not match"),
                Arguments.of("profile: base", "profile: base\n  colour: red", "unknown member colour"));
    }

    @ParameterizedTest
    @MethodSource("wrongRules")
    void refusesARuleThatIsWrong(String right, String wrong, String complaint) throws Exception {
        rules(RULE.replace(right, wrong));
        assertThatThrownBy(() -> CatalogueCompiler.compileType(folder))
                .isInstanceOf(CatalogueException.class)
                .hasMessageContaining("rules.yaml[0]")
                .hasMessageContaining(complaint);
    }

    @Test
    void refusesARuleIdThatIsTaken() throws Exception {
        rules(RULE + RULE);
        assertThatThrownBy(() -> CatalogueCompiler.compile(source)).hasMessageContaining("widget-1 is there twice");
        rules(RULE);
        Path other = Files.createDirectory(source.resolve("gadgets"));
        Files.writeString(other.resolve("discover"), "#!/bin/sh\n");
        Files.writeString(other.resolve("discovery.yaml"), MAP.replace("widgets", "gadgets"));
        Files.writeString(other.resolve("rules.yaml"), RULE);
        assertThatThrownBy(() -> CatalogueCompiler.compile(source)).hasMessageContaining("is taken by gadgets");
    }

    private void rules(String yaml) throws IOException {
        Files.writeString(folder.resolve("discovery.yaml"), MAP);
        Files.writeString(folder.resolve("rules.yaml"), yaml);
    }

    private void write(String addition) throws IOException {
        Files.writeString(folder.resolve("discovery.yaml"), TYPE + addition);
    }
}
