package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages of the types say what their folders do, and the folders what the scripts do. */
final class TypePagesTest {
    private static final Path DOCS = Path.of("..", "docs");
    private static final String GENERATED = """
            <!-- Generated. Write it anew with:
                 mvn -pl discovery-scripts test -Dtest=TypePagesTest -Dmuster.write-docs=true -->

            """;
    private static final String TABLE_BEGINS = "<!-- the types: written by TypePagesTest -->\n";
    private static final String TABLE_ENDS = "<!-- end of the types -->\n";

    /** {@code tool RECORD PROGRAM …}; where the program is in a variable, the script says elsewhere what it can be. */
    private static final Pattern ASKED =
            Pattern.compile("(?m)^[^#\\n]*\\btool (?!in )[a-z0-9-]+ (?!timeout|env)([a-z][a-z0-9-]*) ");

    /** A path that is written out, up to the first variable. */
    private static final Pattern READ = Pattern.compile(
            "(?m)^[^#\\n]*?\\$\\{?(?:MUSTER_ROOT|root)\\}?\"?(/[a-z][A-Za-z0-9._/-]*[A-Za-z0-9._])(?=[\"\\s;)])");

    static Stream<Path> types() throws IOException {
        return Sample.types().stream();
    }

    @ParameterizedTest
    @MethodSource("types")
    void thePageSaysWhatTheFolderDoes(Path type) throws IOException, CatalogueException {
        keepInStep(DOCS.resolve("types").resolve(ShippedFiles.nameOf(type) + ".md"), TypePage.of(type, GENERATED));
    }

    @Test
    void thereIsAPageOfEveryTypeAndOfNoOther() throws IOException, CatalogueException {
        try (Stream<Path> pages = Files.list(DOCS.resolve("types"));
                Stream<Path> folders = Files.list(Sample.MODULE)) {
            List<String> types = folders.filter(folder -> Files.exists(folder.resolve("discovery.yaml")))
                    .map(folder -> ShippedFiles.nameOf(folder) + ".md")
                    .toList();
            assertThat(pages.map(page -> page.getFileName().toString())).containsExactlyInAnyOrderElementsOf(types);
        }
    }

    @Test
    void theIndexHasEveryType() throws IOException, CatalogueException {
        Path index = DOCS.resolve("discovery-types.md");
        String text = Files.readString(index);
        var table = new StringBuilder("| type | what it finds out | every | rules |\n|---|---|---|---|\n");
        try (Stream<Path> folders = Files.list(Sample.MODULE)) {
            for (Path type : folders.filter(folder -> Files.exists(folder.resolve("discovery.yaml")))
                    .sorted()
                    .toList()) {
                table.append(TypePage.row(type));
            }
        }
        int begin = text.indexOf(TABLE_BEGINS) + TABLE_BEGINS.length();
        keepInStep(index, text.substring(0, begin) + "\n" + table + "\n" + text.substring(text.indexOf(TABLE_ENDS)));
    }

    @ParameterizedTest
    @MethodSource("types")
    void whatTheScriptAsksAndReadsIsDeclared(Path type) throws IOException, CatalogueException {
        var yaml = YamlNode.read(type.resolve("discovery.yaml")).value();
        var reads = yaml.path("reads").valueStream().map(path -> path.asText()).toList();
        var asks =
                yaml.path("asks").valueStream().map(program -> program.asText()).toList();
        assertThat(reads.size() + asks.size()).isPositive();
        Path script = type.resolve("discover");
        if (!Files.exists(script)) {
            return;
        }
        String text = Files.readString(script);

        var asked = new TreeSet<String>();
        ASKED.matcher(text).results().forEach(call -> asked.add(call.group(1)));
        assertThat(asks).containsAll(asked);

        var undeclared = new TreeSet<String>();
        READ.matcher(text)
                .results()
                .map(path -> path.group(1))
                .filter(path -> reads.stream().noneMatch(declared -> covers(declared, path)))
                .forEach(undeclared::add);
        assertThat(undeclared).isEmpty();
    }

    /** The declared path is the path, or above it, or a pattern below it. */
    private static boolean covers(String declared, String path) {
        return path.equals(declared)
                || path.startsWith(declared.equals("/") ? "/" : declared + "/")
                || declared.startsWith(path + "/")
                || path.matches(declared.replace(".", "\\.").replace("*", "[^/]*") + "(/.*)?");
    }

    private static void keepInStep(Path page, String text) throws IOException {
        if (Boolean.getBoolean("muster.write-docs")) {
            Files.createDirectories(page.resolveSibling(""));
            Files.writeString(page, text);
        }
        assertThat(page).hasContent(text);
    }
}
