package dev.muster.agent.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The agent as this system's service, which the package installed. */
final class InstalledService {
    private static final String NAME = "muster-agent";
    private static final Path SYSTEMD = Path.of("/run/systemd/system");
    private static final List<Path> INIT_SCRIPTS =
            List.of(Path.of("/etc/init.d", NAME), Path.of("/etc/rc.d/init.d", NAME));
    private static final long ENDS_SECONDS = 120;

    private InstalledService() {}

    /** Starts it now and at each boot; one that runs is restarted, since it reads its settings only then. */
    static void restart() {
        if (Files.isDirectory(SYSTEMD)) {
            run("systemctl", "enable", "--quiet", NAME);
            run("systemctl", "restart", NAME);
            return;
        }
        Path script = INIT_SCRIPTS.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AgentException(
                        "neither systemd nor " + INIT_SCRIPTS.getFirst() + " is here to start the agent"));
        run(script.toString(), "restart");
    }

    /** Its output goes to a file: what it starts may keep a pipe open for as long as it lives. */
    private static void run(String... command) {
        String what = String.join(" ", command);
        try {
            Path printed = Files.createTempFile("muster-agent", ".log");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(printed.toFile())
                        .start();
                if (!process.waitFor(ENDS_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AgentException(what + " did not end within " + ENDS_SECONDS + " seconds");
                }
                if (process.exitValue() != 0) {
                    throw new AgentException(
                            what + " ended with status " + process.exitValue() + ": " + lastLine(printed));
                }
            } finally {
                Files.delete(printed);
            }
        } catch (IOException e) {
            throw new AgentException(what + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AgentException(what + ": interrupted", e);
        }
    }

    private static String lastLine(Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> !line.isBlank())
                    .reduce((first, last) -> last)
                    .orElse("it said nothing");
        }
    }
}
