package dev.muster.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documents of the project, as a reader meets them. */
final class DocumentsTest {
    private static final Path TOP = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("^#+ +(.*?) *$", Pattern.MULTILINE);
    private static final Pattern FENCED = Pattern.compile("^ *```.*?^ *```$", Pattern.DOTALL | Pattern.MULTILINE);

    private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");

    /** Languages of blocks that hold no commands. */
    private static final Set<String> SHOWN = Set.of("output", "mail", "yaml", "json");

    @TempDir
    private Path folder;

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        List<Path> documents = documents();
        for (Path document : documents) {
            for (String target : links(document)) {
                if (!target.contains("://") && !exists(document, target)) {
                    broken.add(TOP.relativize(document) + " → " + target);
                }
            }
        }
        assertThat(documents).hasSizeGreaterThan(10);
        assertThat(broken).isEmpty();
    }

    @Test
    void everyCommandInABlockExistsWithItsOptions() throws IOException {
        List<String> wrong = new ArrayList<>();
        int count = 0;
        for (Path document : documents()) {
            for (FencedBlock block : FencedBlock.of(document)) {
                if (!SHOWN.contains(block.language()) && !document.endsWith("reference/commands.md")) {
                    for (ShellCommand command : ShellCommand.of(block.text())) {
                        count++;
                        command.problem().ifPresent(problem -> wrong.add(block + "\n→ " + problem));
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(count).isGreaterThan(30);
    }

    @Test
    void everyCommandInAParagraphExistsWithItsOptions() throws IOException {
        List<String> wrong = new ArrayList<>();
        int count = 0;
        for (Path document : documents()) {
            for (String code : matches(CODE, prose(document))) {
                for (ShellCommand command : ShellCommand.of(code.replaceAll("[\\[\\]]", ""))) {
                    count++;
                    command.problem()
                            .filter(problem -> !problem.contains(": Missing required"))
                            .ifPresent(problem -> wrong.add(TOP.relativize(document) + " → " + problem));
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(count).isGreaterThan(40);
    }

    @Test
    void everyYamlBlockIsTakenByItsReader() throws IOException {
        Path empty = Files.createDirectories(folder.resolve("notification.d"));
        Path password = Files.writeString(folder.resolve("password"), "x");
        List<String> wrong = new ArrayList<>();
        int count = 0;
        for (Path document : documents()) {
            for (FencedBlock block : FencedBlock.of(document)) {
                if (block.language().equals("yaml")) {
                    count++;
                    String text = block.text()
                            .replaceAll("(folder: )/\\S+", "$1" + empty)
                            .replaceAll("(password[-_]file: )\\S+", "$1" + password);
                    YamlSample.of(text).problem(folder).ifPresent(problem -> wrong.add(block + "\n→ " + problem));
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(count).isGreaterThan(5);
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> top = Files.list(TOP);
                Stream<Path> docs = Files.walk(TOP.resolve("docs"))) {
            return Stream.concat(top, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> links(Path document) throws IOException {
        return matches(LINK, prose(document));
    }

    /** What the pattern's first group holds. */
    private static List<String> matches(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    private static boolean exists(Path document, String target) throws IOException {
        int hash = target.indexOf('#');
        String file = hash < 0 ? target : target.substring(0, hash);
        Path path = file.isEmpty() ? document : document.resolveSibling(file);
        if (hash < 0 || !Files.exists(path)) {
            return Files.exists(path);
        }
        return anchors(path).contains(target.substring(hash + 1));
    }

    /** As GitHub makes them from headings. */
    private static List<String> anchors(Path document) throws IOException {
        return HEADING.matcher(prose(document))
                .results()
                .map(match -> match.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .toList();
    }

    private static String prose(Path document) throws IOException {
        return FENCED.matcher(Files.readString(document)).replaceAll("");
    }
}
