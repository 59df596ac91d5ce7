package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class GraphFileTest {
    private static final String WIDGETS = """
            nodes:
              - label: Widget
                meaning: a widget
                of: host
                key: [name]
                properties:
                  - {name: name, type: text, meaning: "its name"}
            edges:
              - {from: Host, type: HAS_WIDGET, to: Widget, meaning: "has it"}
            make:
              - for: ["name in facts.names"]
                nodes:
                  widget: {is: Widget, name: name}
                edges: [host HAS_WIDGET widget]
            """;
    private static final Pattern FACT = Pattern.compile("\\bfacts\\.([A-Za-z0-9_]+)");

    @TempDir
    Path source;

    static Stream<Path> types() throws IOException {
        return Sample.types().stream();
    }

    @Test
    void isPartOfTheCatalogue() throws Exception {
        write(WIDGETS);
        assertThat(CatalogueCompiler.compile(source).path("graph").path("widgets"))
                .hasToString("{\"reads\":[],\"nodes\":[{\"label\":\"Widget\",\"meaning\":\"a widget\",\"of\":\"host\","
                        + "\"key\":[\"name\"],\"properties\":[{\"name\":\"name\",\"type\":\"text\",\"meaning\":\"its name\","
                        + "\"find\":false}]}],\"edges\":[{\"from\":\"Host\",\"type\":\"HAS_WIDGET\",\"to\":\"Widget\","
                        + "\"meaning\":\"has it\",\"lingers_hours\":0}],\"make\":[{\"for\":[\"name in facts.names\"],"
                        + "\"where\":[],\"nodes\":{\"widget\":{\"is\":\"Widget\",\"name\":\"name\"}},"
                        + "\"edges\":[\"host HAS_WIDGET widget\"]}]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "label: Widget | label: 'Widget) DETACH DELETE (n'   | does not match",
                "type: HAS_WIDGET | type: 'X]->() DELETE'            | does not match",
                "name: name, type: text | name: 'a.b', type: text    | does not match",
                "type: text | type: blob                             | not one of",
                "of: host | of: nobody                               | not one of",
                "key: [name] | key: [nam]                            | names no property",
                "key: [name] | key: []                               | must have a key",
                "is: Widget | what: Widget                           | either is",
                "name in facts.names | names of facts                | does not match",
                "host HAS_WIDGET widget | host has widget            | does not match",
                "meaning: a widget | meening: a widget               | unknown member",
            })
    void refusesWhatIsNotOfItsForm(String part, String wrong, String complaint) throws IOException {
        write(WIDGETS.replace(part, wrong));
        assertThatThrownBy(() -> CatalogueCompiler.graph(source))
                .isInstanceOf(CatalogueException.class)
                .hasMessageContaining(complaint);
    }

    /** A misspelt member would silently make nothing. */
    @ParameterizedTest
    @MethodSource("types")
    void readsOnlyFactsThatTheTypeDeclares(Path type) throws Exception {
        if (!Files.exists(type.resolve(GraphFile.NAME))) {
            return;
        }
        List<String> declared = new ArrayList<>();
        for (JsonNode field : DiscoveryType.read(type).json().path("fields")) {
            declared.add(field.path("name").asText());
        }
        Matcher read = FACT.matcher(GraphFile.read(type.resolve(GraphFile.NAME)).toString());
        while (read.find()) {
            assertThat(declared).as("%s reads facts.%s", type, read.group(1)).contains(read.group(1));
        }
    }

    private void write(String text) throws IOException {
        Files.writeString(Files.createDirectories(source.resolve("widgets")).resolve(GraphFile.NAME), text);
    }
}
