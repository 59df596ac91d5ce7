package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares services with what systemctl says of the same files: those of the samples, and those of this machine. */
final class ServicesLiveTest {
    private static final Pattern SPACES = Pattern.compile(" +");

    @TempDir
    Path scratch;

    static List<Sample> samples() throws IOException {
        return Sample.of(Sample.MODULE.resolve("services")).stream()
                .filter(ServicesLiveTest::isOfSystemd)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void saysOfASampleWhatSystemctlSays(Sample sample) throws Exception {
        Path root = Files.createDirectory(scratch.resolve("root"));
        sample.build(root);

        assertSame(sample.json("facts.json").orElseThrow(), root);
    }

    @Test
    void saysOfThisMachineWhatSystemctlSays() throws Exception {
        assumeTrue(
                Files.isDirectory(Path.of("/usr/lib/systemd/system"))
                        || Files.isDirectory(Path.of("/lib/systemd/system")),
                "this system has no units");

        assertSame(Live.facts("services", Shell.DASH, scratch), Path.of("/"));
    }

    /** Instances, and scripts of System V, are in no list of systemctl: it is asked for each of the former. */
    private void assertSame(JsonNode facts, Path root) throws Exception {
        var enabled = new TreeSet<String>();
        var masked = new TreeSet<String>();
        for (String line : systemctl(root, "list-unit-files", "--no-legend", "--no-pager")) {
            String[] column = SPACES.split(line, -1);
            switch (column[1]) {
                case "enabled" -> enabled.add(plain(column[0]));
                case "masked", "masked-runtime" -> masked.add(plain(column[0]));
                default -> {}
            }
        }
        var instances = new TreeSet<String>();
        var others = new TreeSet<String>();
        for (JsonNode name : facts.path("enabled")) {
            (name.asText().matches(".*@..*") ? instances : others).add(name.asText());
        }
        others.removeAll(scripts(root));
        enabled.removeIf(name -> name.matches(".*@..*"));

        assertThat(others).isEqualTo(enabled);
        assertThat(facts.path("masked").valueStream().map(JsonNode::asText)).containsExactlyElementsOf(masked);
        for (String instance : instances) {
            assertThat(systemctl(root, "is-enabled", instance)).containsExactly("enabled");
        }
        List<String> target = systemctl(root, "get-default");
        if (target.size() == 1 && !target.getFirst().startsWith("Failed")) {
            assertThat(facts.path("default_target").asText()).isEqualTo(target.getFirst());
        }
    }

    private static Set<String> scripts(Path root) throws IOException {
        Path folder = root.resolve("etc/init.d");
        if (!Files.isDirectory(folder)) {
            return Set.of();
        }
        try (var files = Files.list(folder)) {
            return files.map(ShippedFiles::nameOf)
                    .filter(name -> !Files.exists(root.resolve("usr/lib/systemd/system/" + name + ".service")))
                    .collect(Collectors.toSet());
        }
    }

    private List<String> systemctl(Path root, String... question) throws Exception {
        var command = new ArrayList<>(List.of(Shell.require("systemctl"), "--root=" + root));
        command.addAll(List.of(question));
        return Shell.runTool(scratch, command.toArray(String[]::new))
                .complaints()
                .lines()
                .filter(line -> !line.isBlank() && !line.contains("Assignment outside of section"))
                .toList();
    }

    private static String plain(String unit) {
        return unit.endsWith(".service") ? unit.substring(0, unit.length() - ".service".length()) : unit;
    }

    private static boolean isOfSystemd(Sample sample) {
        try {
            return sample.json("facts.json")
                    .map(facts -> facts.path("manager").asText().equals("systemd"))
                    .orElse(false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
