package dev.muster.agent.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a collector in the wrong hands may send as a parameter: two hundred values for each type, none of which gets through. */
class HostileParameterTest {
    private static final int VALUES = 200;

    /** Broken text of each kind that a shell, a path or a parser may stumble over. */
    private static final List<String> ODD = List.of(
            "",
            " ",
            "\t",
            "\u0000",
            "\u0001",
            "\u001b[2J",
            "\u007f",
            "\u0085",
            "\u00a0",
            "\u202e",
            "\u2028",
            "\ufeff",
            "\ud800",
            "ä",
            "'",
            "\"",
            "\\",
            "`id`",
            "$(id)",
            "${IFS}",
            "$0",
            ";id",
            "&id",
            "|id",
            ">x",
            "<x",
            "#",
            "!",
            "~",
            "*",
            "?",
            "[a",
            "{a,b}",
            "-rf",
            "--",
            "%s%n",
            "%00",
            "../..",
            "a\u0000b",
            "x".repeat(70_000));

    @TempDir
    private Path dir;

    @Test
    void noWholeNumberIsMoreThanDigitsInItsRange() {
        var parameter = new Parameter.WholeNumber(-5, 9, 3);
        var values = values(Stream.of(
                Stream.of(
                        "",
                        "+",
                        "-",
                        "10",
                        "-6",
                        "1e0",
                        "0x1",
                        "1L",
                        "1_0",
                        "1.0",
                        "1,0",
                        "NaN",
                        "99999999999999999999"),
                ODD.stream()
                        .filter(odd -> !odd.isEmpty())
                        .flatMap(odd -> Stream.of("3" + odd, odd + "3", "3\n" + odd, odd)),
                IntStream.range(10, 100).mapToObj(Integer::toString)));

        assertAllRefused(parameter, values);
        // Digits of another script are digits to Java, but none may come out.
        assertThat(parameter.accept("n", "\u0663")).isEqualTo("3");
    }

    @Test
    void noChoiceIsMoreThanOneOfItsWords() {
        var parameter = new Parameter.Choice(List.of("on", "off"), "on");
        var values = values(Stream.of(
                Stream.of("ON", "On", "of", "offf", "on off", "on,off", "on\noff", "[on]", "\"on\"", "\u043en"),
                ODD.stream()
                        .flatMap(odd ->
                                odd.isEmpty() ? Stream.of(odd) : Stream.of("on" + odd, odd + "on", "on\n" + odd, odd)),
                IntStream.range(0, 60).mapToObj(Integer::toString)));

        assertAllRefused(parameter, values);
    }

    @Test
    void noPathLeadsOutOfItsRoots() throws IOException {
        Path root = Files.createDirectory(dir.resolve("root"));
        Path folder = Files.createDirectory(root.resolve("in"));
        Files.createSymbolicLink(root.resolve("out"), Path.of("/"));
        Files.createSymbolicLink(root.resolve("loop"), Path.of("loop"));
        Files.createSymbolicLink(root.resolve("up"), Path.of(".."));
        var parameter = new Parameter.Paths(List.of(root), "");

        assertThat(parameter.accept("p", folder.toString())).isEqualTo(folder.toString());
        assertAllRefused(
                parameter,
                values(Stream.of(
                        outside(root),
                        Stream.of("out", "out/etc", "out/etc/passwd", "loop", "loop/x", "up", "up/other", "up/root/out")
                                .map(link -> root + "/" + link),
                        IntStream.range(0, 40).mapToObj(i -> folder + "/../".repeat(i) + "etc/passwd"),
                        // Nothing of such a name is there.
                        ODD.stream()
                                .filter(odd -> !odd.isBlank() && !odd.equals("../.."))
                                .flatMap(odd -> Stream.of(
                                        folder + odd, folder + "/" + odd, folder + "\n" + root + odd, odd)))));
    }

    @Test
    void noGlobLeadsOutOfItsRoots() {
        Path root = Path.of("/var/log");
        var parameter = new Parameter.Globs(List.of(root, Path.of("/etc")), "");

        assertThat(parameter.accept("p", "/etc/*.d/[!a]?\n\n/var/log/no such-file_${x}"))
                .isEqualTo("/etc/*.d/[!a]?\n/var/log/no such-file_${x}");
        assertAllRefused(
                parameter,
                values(Stream.of(
                        outside(root),
                        Stream.of(
                                "/*",
                                "/?tc",
                                "/[e]tc",
                                "/etc*",
                                "/v*/log",
                                "/etc/*/*/*/*/*/*/*/*/*",
                                "/etc/" + "*".repeat(9)),
                        Stream.of(
                                "/etc/\\*",
                                "/etc/a\\",
                                "/etc//a",
                                "//etc/a",
                                "/etc/a/",
                                "/etc/./a",
                                "/etc/a/.",
                                "/etc/..a/../b"),
                        ODD.stream()
                                .filter(odd -> odd.chars().anyMatch(c -> c < ' ' || c > '~' || c == '\\')
                                        || odd.length() > 5_000)
                                .flatMap(odd ->
                                        Stream.of("/etc/a" + odd, "/etc/" + odd + "/a", "/var/log/" + odd + "x")),
                        ODD.stream().filter(odd -> !odd.isEmpty()),
                        ODD.stream().map(odd -> "/etc/a\n/" + odd + "/x"),
                        IntStream.range(0, 90).mapToObj(i -> "/etc/a" + (char) (0x80 + 7 * i)))));
    }

    /** Where no root is, by its text alone. */
    private static Stream<String> outside(Path root) {
        var above = Stream.of(
                        "/..",
                        "/../",
                        "/./../x",
                        "/../../etc/shadow",
                        "/in/../../x",
                        "x",
                        "/in/../..",
                        "/.",
                        "//../x",
                        "/in/.")
                .map(tail -> root + tail);
        var others = Stream.of("proc", "sys", "dev")
                .flatMap(kernel -> Stream.of("/", "//", "/./", "/etc/../", "/var/log/../../")
                        .map(start -> start + kernel))
                .flatMap(kernel ->
                        Stream.of(kernel, kernel + "/", kernel + "/1/environ", kernel + "/*", kernel + "/self/fd/0"));
        var relative = Stream.of(
                "etc/passwd", "./etc", "../etc", "~/x", "~root/.ssh", "file:///etc/passwd", "C:\\x", "-", ".", "..");
        return Stream.of(above, others, relative).flatMap(values -> values);
    }

    private static List<String> values(Stream<Stream<String>> parts) {
        return parts.flatMap(values -> values).distinct().toList();
    }

    private static void assertAllRefused(Parameter parameter, List<String> values) {
        assertThat(values).hasSizeGreaterThanOrEqualTo(VALUES);
        for (String value : values) {
            String shown = parameter.getClass().getSimpleName() + ": " + visible(value);
            assertThatThrownBy(() -> parameter.accept("p", value), "%s", shown)
                    .isInstanceOf(DiscoveryException.class)
                    .satisfies(
                            e -> assertThat(e.getMessage()).hasSizeLessThan(400).startsWith("p "));
        }
    }

    private static String visible(String value) {
        return value.substring(0, Math.min(60, value.length()))
                .chars()
                .mapToObj(c -> c < ' ' || c > '~' ? "\\u%04x".formatted(c) : Character.toString(c))
                .reduce("", String::concat);
    }
}
