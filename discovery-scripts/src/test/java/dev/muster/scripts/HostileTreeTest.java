package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every script over its own samples made hostile in each way that {@link Hostility} lists: it ends in time, prints facts
 * as declared or none (a map's values are what the files say, so there nothing is declared of them), and runs nothing that it reads.
 */
@Execution(ExecutionMode.CONCURRENT)
final class HostileTreeTest {
    /** What an agent takes; more would silence the type. */
    private static final int MAX_OUTPUT_BYTES = 2 << 20;

    /** Where the tree costs no disk, which is most of the time that the test takes. */
    static final class InMemory implements TempDirFactory {
        private static final Path MEMORY = Path.of("/dev/shm");

        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context) throws IOException {
            return Files.isWritable(MEMORY)
                    ? Files.createTempDirectory(MEMORY, "junit")
                    : Files.createTempDirectory("junit");
        }
    }

    @TempDir(factory = InMemory.class)
    Path scratch;

    private static HostileMaterial material = new HostileMaterial(Path.of(""));

    static Stream<Arguments> hostilities() throws IOException {
        return Sample.types().stream()
                .filter(type -> Files.exists(type.resolve("discover")))
                .flatMap(type -> Stream.of(Hostility.values())
                        .map(hostility -> Arguments.of(ShippedFiles.nameOf(type), hostility)));
    }

    @BeforeAll
    static void prepare(@TempDir(factory = InMemory.class) Path shared) {
        material = new HostileMaterial(shared);
    }

    @BeforeEach
    void nobodyGetsIn() throws IOException {
        Files.setPosixFilePermissions(scratch, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Scripts start in the root folder, so that a canary may land there. */
    @AfterEach
    void nothingIsLeftInTheRootFolder() throws IOException {
        assertThat(Files.deleteIfExists(Path.of("/", Hostility.CANARY))).isFalse();
    }

    @ParameterizedTest(name = "{0} over {1}")
    @MethodSource("hostilities")
    void saysWhatItCanAndRunsNothing(String name, Hostility hostility) throws Exception {
        Path type = Sample.MODULE.resolve(name);
        Path root = Files.createDirectory(scratch.resolve("root"));
        Path installed = scratch.resolve("installed");
        Sample.copy(
                Sample.MODULE.resolve("lib"), Files.createDirectory(installed).resolve("lib"));
        Files.copy(type.resolve("discover"), installed.resolve("discover"));

        try (var _ =
                HostileTree.build(material, type, hostility, root, Files.createDirectory(scratch.resolve("making")))) {
            for (Shell shell : shells(name, hostility)) {
                assertAnswered(type, run(shell, type, hostility));
            }
        }
        assertNoCanary();
        // Much faster than JUnit.
        Shell.runTool(scratch, Shell.require("rm"), "-rf", "--", root.toString());
    }

    /** One of them, half the cases each: what they make of the samples is compared elsewhere. Both with -P nightly. */
    private static List<Shell> shells(String name, Hostility hostility) {
        var all = List.of(Shell.values());
        return "all".equals(System.getProperty("muster.shells"))
                ? all
                : List.of(all.get(Math.floorMod((name + hostility.name()).hashCode(), all.size())));
    }

    private Shell.Run run(Shell shell, Path type, Hostility hostility) throws Exception {
        return shell.run(
                scratch.resolve("installed").resolve("discover"),
                scratch.resolve("installed").resolve("lib"),
                scratch.resolve("root").toString(),
                Files.createDirectory(scratch.resolve(shell.name())),
                Sample.compiled(type).path("timeout_seconds").asLong(),
                hostility == Hostility.UNREADABLE ? Shell.asNobody() : List.of(),
                parameters(type));
    }

    /** Those of the sample that has most of them. */
    private static Map<String, String> parameters(Path type) throws Exception {
        Map<String, String> most = Map.of();
        for (Sample sample : Sample.of(type)) {
            var parameters = sample.parameters();
            if (parameters.toString().length() > most.toString().length()) {
                most = parameters;
            }
        }
        return most;
    }

    private static void assertAnswered(Path type, Shell.Run run) throws Exception {
        assertThat(run.status()).as(run.complaints()).isIn(0, 3, 4, 5, 6);
        assertThat(run.output().remaining()).isLessThanOrEqualTo(MAX_OUTPUT_BYTES);
        boolean hasData = run.status() == 0 || run.status() == 6;
        if (hasData || run.output().hasRemaining()) {
            var facts = FactsAssert.parse(run.text());
            assertThat(facts.isObject()).isTrue();
            FactsAssert.assertReservedNames(facts);
            if (Sample.compiled(type).has("fields")) {
                FactsAssert.assertDeclared(type, facts, hasData ? run.status() : 5);
            }
        }
    }

    private void assertNoCanary() throws IOException {
        try (Stream<Path> files = Files.walk(scratch)) {
            assertThat(files).noneMatch(file -> file.endsWith(Hostility.CANARY));
        }
    }
}
