package dev.muster.agent.discovery;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The few programs of the system that the agent itself starts, found in a fixed search path and not in the one it was started with. */
final class Tools {
    private static final long TIMEOUT_SECONDS = 10;

    private final String searchPath;

    Tools(String searchPath) {
        this.searchPath = searchPath;
    }

    String searchPath() {
        return searchPath;
    }

    String find(String name) throws IOException {
        for (String folder : searchPath.split(":", -1)) {
            Path program = Path.of(folder, name);
            if (program.isAbsolute() && Files.isExecutable(program)) {
                return program.toString();
            }
        }
        throw new IOException("there is no " + name + " in " + searchPath);
    }

    /** Runs a program that is quick and silent, and returns its exit status. */
    int run(List<String> command) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD);
        builder.environment().clear();
        Process process = builder.start();
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(command.getFirst() + " hangs");
        }
        return process.exitValue();
    }
}
