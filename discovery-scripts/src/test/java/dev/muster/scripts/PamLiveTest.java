package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the lines of pam with what the Pam lens of Augeas reads in the same files. */
final class PamLiveTest {
    /** One entry as {@code augtool print} writes it: a path, and often a value. */
    private static final Pattern NODE =
            Pattern.compile("/files/etc/pam\\.d/([^/ ]+)/([^/ ]+)(?:/([^ ]+))?(?: = \"(.*)\")?");

    /** A line, its arguments in no order. */
    private record Line(String type, String control, String module, boolean optional, List<String> arguments) {}

    @TempDir
    Path scratch;

    static List<Sample> samples() throws IOException {
        var samples = new ArrayList<Sample>();
        for (Sample sample : Sample.of(Sample.MODULE.resolve("pam"))) {
            // What Linux-PAM does not understand Augeas does not either, and then says nothing of the whole file.
            if (sample.status() == 0) {
                samples.add(sample);
            }
        }
        return samples;
    }

    @ParameterizedTest
    @EnumSource
    void readsTheLinesOfThisMachineAsAugeasDoes(Shell shell) throws Exception {
        assumeTrue(Files.isDirectory(Path.of("/etc/pam.d")), "no PAM here");

        assertThat(assertSame(Live.facts("pam", shell, scratch), Path.of("/"))).isNotZero();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void readsTheLinesOfSamplesAsAugeasDoes(Sample sample) throws Exception {
        Path root = Files.createDirectory(scratch.resolve("root"));
        sample.build(root);

        assertThat(assertSame(facts(root, Shell.DASH), root)).isNotZero();
    }

    @ParameterizedTest
    @EnumSource
    void readsLinesThatAreNotPlainAsAugeasDoes(Shell shell) throws Exception {
        Path root = Files.createDirectory(scratch.resolve("root"));
        Path folder = Files.createDirectories(root.resolve("etc/pam.d"));
        Files.writeString(folder.resolve("odd"), """
                #%PAM-1.0
                # a comment
                auth\t\trequired\tpam_a.so # behind it
                -session   optional   pam_b.so
                AUTH Required pam_c.so a=1 b [c d=e] f
                account [success=1 new_authtok_reqd=done default=ignore] pam_d.so\tuid >= 1000 quiet
                password \\
                  requisite \\
                  pam_e.so minlen=3 \\
                  retry=2
                auth include common
                auth substack common
                @include common
                session required /lib/security/pam_f.so $(touch X) `touch Y` "z" 'w'
                """);
        Files.writeString(folder.resolve("common"), "auth sufficient pam_g.so\n");

        assertThat(assertSame(facts(root, shell), root)).isEqualTo(10);
    }

    private JsonNode facts(Path root, Shell shell) throws Exception {
        Shell.Run run = shell.run(
                Sample.MODULE.resolve("pam/discover"),
                Sample.MODULE.resolve("lib"),
                root.toString(),
                Files.createDirectories(scratch.resolve("scratch")),
                30,
                List.of());
        assertThat(run.complaints()).isEmpty();
        return FactsAssert.parse(run.text());
    }

    /** How many lines were compared. */
    private int assertSame(JsonNode facts, Path root) throws Exception {
        int lines = 0;
        var expected = augeas(root);
        assertThat(facts.path("parse_errors")
                        .valueStream()
                        .filter(error -> !error.asText().endsWith("cannot be read")))
                .isEmpty();
        for (var service : facts.path("services").properties()) {
            if (!Files.exists(root.resolve("etc/pam.d").resolve(service.getKey()))) {
                continue;
            }
            var found = service.getValue().valueStream().map(PamLiveTest::line).toList();
            assertThat(found).as(service.getKey()).isEqualTo(expected.getOrDefault(service.getKey(), List.of()));
            lines += found.size();
        }
        return lines;
    }

    private static Line line(JsonNode entry) {
        var arguments = new ArrayList<String>();
        entry.path("flags").forEach(flag -> arguments.add(flag.asText()));
        entry.path("args")
                .properties()
                .forEach(
                        arg -> arguments.add(arg.getKey() + "=" + arg.getValue().asText()));
        return new Line(
                entry.path("type").asText(),
                entry.path("control").asText(),
                entry.path("module").asText(),
                entry.path("optional").asBoolean(),
                arguments.stream().sorted().toList());
    }

    private Map<String, List<Line>> augeas(Path root) throws Exception {
        Shell.Run run = Shell.runTool(
                scratch,
                Shell.require("augtool"),
                "--noautoload",
                "--root",
                root.toString(),
                "--transform",
                "Pam.lns incl /etc/pam.d/*",
                "print",
                "/files");
        assertThat(run.status()).as(run.complaints()).isZero();
        var services = new TreeMap<String, List<Line>>();
        var nodes = new ArrayList<Matcher>();
        run.complaints().lines().map(NODE::matcher).filter(Matcher::matches).forEach(nodes::add);
        Set<String> names = new TreeSet<>();
        for (Matcher node : nodes) {
            names.add(node.group(1));
        }
        for (String name : names) {
            services.put(
                    name,
                    lines(nodes.stream()
                            .filter(node -> node.group(1).equals(name))
                            .toList()));
        }
        return services;
    }

    private static List<Line> lines(List<Matcher> nodes) {
        var lines = new ArrayList<Line>();
        for (Matcher node : nodes) {
            String key = node.group(2);
            if (key.startsWith("#comment")) {
                continue;
            }
            if (key.startsWith("include")) {
                lines.add(new Line("all", "include", node.group(4), false, List.of()));
            } else if (node.group(3) == null) {
                lines.add(line(
                        nodes.stream()
                                .filter(part -> part.group(2).equals(key) && part.group(3) != null)
                                .toList(),
                        lines.size()));
            }
        }
        return lines;
    }

    private static Line line(List<Matcher> parts, int before) {
        String type = "";
        String control = "";
        String module = "";
        boolean optional = false;
        var arguments = new ArrayList<String>();
        for (Matcher part : parts) {
            String value = part.group(4) == null ? "" : part.group(4);
            switch (part.group(3).replaceFirst("\\[\\d+\\]$", "")) {
                case "type" -> type = value.toLowerCase(Locale.ROOT);
                case "control" ->
                    control = value.startsWith("[") ? value.replaceAll("[ \t]+", " ") : value.toLowerCase(Locale.ROOT);
                case "module" -> module = value;
                case "optional" -> optional = true;
                case "#comment" -> {}
                case "argument" ->
                    arguments.add(value.replaceAll("^\\[(.*)\\]$", "$1").replace("\\\"", "\""));
                default -> throw new AssertionError("line " + before + ": " + part.group());
            }
        }
        return new Line(
                type, control, module, optional, arguments.stream().sorted().toList());
    }
}
