package dev.muster.scripts;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;

/** The shells that scripts run under, each with the tools that come with it. */
enum Shell {
    /** Debian's, with the system's grep, sort and awk. */
    DASH("dash"),
    /** Alpine's, with busybox's own tools and no others. */
    BUSYBOX("busybox");

    private static final String SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

    /** What a script printed, and how it ended. */
    record Run(int status, ByteBuffer output, String complaints) {
        /** What it printed, which must be UTF-8: a byte that is not may not pass as a replacement character. */
        String text() throws CharacterCodingException {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(output.duplicate())
                    .toString();
        }
    }

    private static Optional<Path> busyboxTools = Optional.empty();

    private final String program;

    Shell(String program) {
        this.program = program;
    }

    /**
     * Runs a script as the agent does: environment cleared, standard input at its end, working directory the root.
     *
     * @param scratch an empty folder, not below the sample's root
     * @param user the words that start a program as another user, or none
     */
    Run run(Path script, Path library, String root, Path scratch, long timeoutSeconds, List<String> user)
            throws IOException, InterruptedException {
        return run(script, library, root, scratch, timeoutSeconds, user, Map.of());
    }

    /** With variables of parameters. */
    Run run(
            Path script,
            Path library,
            String root,
            Path scratch,
            long timeoutSeconds,
            List<String> user,
            Map<String, String> parameters)
            throws IOException, InterruptedException {
        var command = new ArrayList<>(user);
        command.add(require(program));
        if (this == BUSYBOX) {
            command.add("ash");
        }
        command.add(script.toString());
        Path output = scratch.resolve("output");
        Path complaints = scratch.resolve("complaints");
        var builder = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(output.toFile())
                .redirectError(complaints.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", this == BUSYBOX ? busyboxTools() : SYSTEM_PATH);
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("MUSTER_ROOT", root);
        builder.environment().put("MUSTER_LIB", library.toString());
        builder.environment().putAll(parameters);
        int status = await(builder, timeoutSeconds);
        return new Run(status, ByteBuffer.wrap(Files.readAllBytes(output)), Files.readString(complaints));
    }

    /** The path of a program; where it is not installed the test is skipped, except in continuous integration. */
    static String require(String program) {
        Optional<String> found = Stream.of(SYSTEM_PATH.split(":", -1))
                .map(folder -> folder + "/" + program)
                .filter(path -> Files.isExecutable(Path.of(path)))
                .findFirst();
        if (found.isPresent()) {
            return found.get();
        }
        String problem = program + " is not installed: what it would show is not tested";
        if ("true".equals(System.getenv("CI"))) {
            return Assertions.fail(problem);
        }
        System.err.println("SKIPPED " + problem);
        return abort(problem);
    }

    /** Runs a program with everything it prints in one text. */
    static Run runTool(Path scratch, String... command) throws IOException, InterruptedException {
        Path output = scratch.resolve("tool-output");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("LC_ALL", "C");
        int status = await(builder, 60);
        byte[] printed = Files.readAllBytes(output);
        return new Run(status, ByteBuffer.wrap(printed), new String(printed, StandardCharsets.ISO_8859_1));
    }

    /** Root reads what its mode forbids, so where that matters it needs somebody else. */
    static List<String> asNobody() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return List.of();
        }
        return List.of(require("setpriv"), "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all");
    }

    private static int await(ProcessBuilder builder, long timeoutSeconds) throws IOException, InterruptedException {
        Process process = builder.start();
        if (!process.waitFor(timeoutSeconds, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Assertions.fail(builder.command() + " took longer than " + timeoutSeconds + " s");
        }
        return process.exitValue();
    }

    /** One folder for all tests, since JUnit warns of each link when it removes one. */
    private static synchronized String busyboxTools() throws IOException, InterruptedException {
        if (busyboxTools.isEmpty()) {
            Path tools = Files.createTempDirectory("busybox");
            Files.setPosixFilePermissions(tools, PosixFilePermissions.fromString("rwxr-xr-x"));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(tools)));
            Path links = Files.createDirectory(tools.resolve("bin"));
            runTool(tools, require("busybox"), "--install", "-s", links.toString());
            busyboxTools = Optional.of(links);
        }
        return busyboxTools.orElseThrow().toString();
    }

    private static void remove(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            System.err.println(folder + " is left: " + e);
        }
    }
}
