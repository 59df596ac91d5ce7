package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Walks every sample of every type: what the script prints, and that its facts are as declared. */
@Execution(ExecutionMode.CONCURRENT)
final class SamplesTest {
    private static final Set<String> FILES = Set.of(
            "origin",
            "root",
            "tools",
            "tree.json",
            "parameters.json",
            "facts.json",
            "status",
            "host.json",
            "verdicts.json");
    private static final Set<String> VERDICTS = Set.of("pass", "fail", "na", "unknown");

    @TempDir
    Path scratch;

    static List<Sample> samples() throws IOException {
        return Sample.all();
    }

    static Stream<Arguments> runs() throws IOException {
        return Sample.all().stream()
                .filter(sample -> Files.exists(sample.type().resolve("discover")))
                .flatMap(sample -> Stream.of(Shell.values()).map(shell -> Arguments.of(sample, shell)));
    }

    @ParameterizedTest(name = "{0} under {1}")
    @MethodSource("runs")
    void printsTheGoldenFactsAndWritesNothing(Sample sample, Shell shell) throws Exception {
        // Another user must get in, and a name that a script quotes badly must show.
        Files.setPosixFilePermissions(scratch, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path root = Files.createDirectory(scratch.resolve("a 'root' \"of\" $x *"));
        if (sample.hasOwners()) {
            requireRoot();
        }
        sample.build(root);
        Path installed = install(sample);
        Map<String, String> before = contents(root, installed);

        Shell.Run run = shell.run(
                installed.resolve(sample.typeName()).resolve("discover"),
                installed.resolve("lib"),
                root.toString(),
                Files.createDirectory(scratch.resolve("scratch")),
                Sample.compiled(sample.type()).path("timeout_seconds").asLong(),
                sample.needsAnotherUser() ? Shell.asNobody() : List.of(),
                sample.parameters());

        assertThat(run.complaints()).isEmpty();
        assertThat(run.status()).isEqualTo(sample.status());
        var golden = sample.json("facts.json");
        if (golden.isPresent()) {
            assertThat(FactsAssert.parse(run.text())).isEqualTo(golden.get());
        }
        assertThat(contents(root, installed)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void factsAreOfTheDeclaredTypes(Sample sample) throws Exception {
        var facts = sample.json("facts.json");
        if (facts.isEmpty()) {
            return;
        }
        FactsAssert.assertDeclared(sample.type(), facts.get(), sample.status());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void hasAnOriginAndNothingThatIsNotRead(Sample sample) throws Exception {
        try (Stream<Path> files = Files.list(sample.folder())) {
            assertThat(files.map(ShippedFiles::nameOf)).contains("origin").isSubsetOf(FILES);
        }
        assertThat(Files.readString(sample.folder().resolve("origin"))).isNotBlank();
        assertThat(sample.json("facts.json").isPresent() || sample.status() != 0)
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void saysWhatEveryRuleSays(Sample sample) throws Exception {
        Path rules = sample.type().resolve("rules.yaml");
        var verdicts = sample.json("verdicts.json");
        assertThat(verdicts.isPresent()).isEqualTo(Files.exists(rules));
        if (verdicts.isEmpty()) {
            return;
        }
        var ids = RuleFile.readIds(rules, DiscoveryType.read(sample.type()));
        var judged = new HashSet<String>();
        verdicts.get().fieldNames().forEachRemaining(judged::add);
        assertThat(judged).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(verdicts.get().valueStream().map(JsonNode::asText)).isSubsetOf(VERDICTS);
    }

    private Path install(Sample sample) throws IOException {
        Path installed = Files.createDirectory(scratch.resolve("installed"));
        Sample.copy(Sample.MODULE.resolve("lib"), installed.resolve("lib"));
        Path type = Files.createDirectory(installed.resolve(sample.typeName()));
        Files.copy(sample.type().resolve("discover"), type.resolve("discover"));
        Files.setPosixFilePermissions(type.resolve("discover"), PosixFilePermissions.fromString("rwxr-xr-x"));
        return installed;
    }

    /** Nobody else can give files away. */
    private static void requireRoot() {
        if ("root".equals(System.getProperty("user.name"))) {
            return;
        }
        String problem = "only root can make files of several owners: what they would show is not tested";
        if ("true".equals(System.getenv("CI"))) {
            Assertions.fail(problem);
        }
        System.err.println("SKIPPED " + problem);
        Assumptions.abort(problem);
    }

    private static Map<String, String> contents(Path... folders) throws IOException {
        var contents = new TreeMap<String, String>();
        for (Path folder : folders) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.toList()) {
                    contents.put(file.toString(), describe(file));
                }
            }
        }
        return contents;
    }

    private static String describe(Path file) throws IOException {
        if (Files.isSymbolicLink(file)) {
            return "-> " + Files.readSymbolicLink(file);
        }
        return Files.getPosixFilePermissions(file) + " " + Files.getLastModifiedTime(file) + " " + Files.size(file);
    }
}
