package dev.muster.systemtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A part of Muster as a process, started as `./muster` does, ended by its pid. */
final class Jvm implements AutoCloseable {
    static {
        // Several classes run at a time: what a mail server's thread throws when one kills its client is nothing to the
        // other.
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
    }

    private static final long STOP_SECONDS = 30;

    private final Process process;
    private final Path log;

    private Jvm(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a main class of a module with that module's own libraries.
     *
     * @param prefix what goes before java, such as {@code ip netns exec NAME}
     */
    static Jvm start(String module, String main, List<String> prefix, List<String> options, List<String> args, Path log)
            throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath(module), main));
        command.addAll(args);
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("MUSTER") || name.equals("JAVA_TOOL_OPTIONS"));
        return new Jvm(builder.start(), log);
    }

    boolean alive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Everything that it printed so far. */
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "";
        }
    }

    /** As a power failure of this one process. */
    void kill() {
        process.destroyForcibly();
        await();
    }

    /** As a service manager stops it; returns the exit status. */
    int stop() {
        process.destroy();
        return await();
    }

    /** Waits for its end; returns the exit status. */
    int await() {
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("still running " + STOP_SECONDS + " s after it was told to stop:\n" + log());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }

    private static String classPath(String module) throws IOException {
        Path target = Path.of("..", module, "target").toAbsolutePath().normalize();
        try (Stream<Path> jars = Files.list(target);
                Stream<Path> libraries = Files.list(target.resolve("lib"))) {
            Stream<Path> own =
                    jars.filter(jar -> jar.getFileName().toString().matches(module + "-[0-9][^-]*(-SNAPSHOT)?\\.jar"));
            return Stream.concat(own, libraries.sorted()).map(Path::toString).collect(Collectors.joining(":"));
        }
    }
}
