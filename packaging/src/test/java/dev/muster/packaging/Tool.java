package dev.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Programs of this system. */
final class Tool {
    /** How one ended, and all that it printed. */
    record Result(int status, String printed) {}

    private Tool() {}

    /** Skips the test with its reason where it is not root or a tool is missing; in CI it goes on, and fails. */
    static void needRootAnd(String... tools) {
        if ("true".equals(System.getenv("CI"))) {
            return;
        }
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
        need(tools);
    }

    /** The same where nobody need be root. */
    static void need(String... tools) {
        if ("true".equals(System.getenv("CI"))) {
            return;
        }
        for (String tool : tools) {
            Assumptions.assumeTrue(isThere(tool), "needs " + tool);
        }
    }

    private static boolean isThere(String tool) {
        return Stream.of("/usr/sbin", "/usr/bin", "/sbin", "/bin")
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
    }

    /** What it prints; anything but success fails the test. */
    static String run(List<String> command) {
        Result result = result(command);
        assertThat(result.status())
                .as("%s%n%s", String.join(" ", command), result.printed())
                .isZero();
        return result.printed();
    }

    static String run(String... command) {
        return run(List.of(command));
    }

    static Result result(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), printed);
        } catch (IOException e) {
            throw new AssertionError(command.toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
