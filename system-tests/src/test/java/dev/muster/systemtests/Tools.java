package dev.muster.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The system's own tools. */
final class Tools {
    private Tools() {}

    /** Skips the test with its reason where it is not root or a tool is missing; in CI it goes on, and fails. */
    static void needRootAnd(String... tools) {
        if (isContinuousIntegration()) {
            return;
        }
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
        for (String tool : tools) {
            Assumptions.assumeTrue(isThere(tool), "needs " + tool);
        }
    }

    /** Whether a tool is here, or has to be. */
    static boolean has(String tool) {
        return isContinuousIntegration() || isThere(tool);
    }

    private static boolean isContinuousIntegration() {
        return "true".equals(System.getenv("CI"));
    }

    private static boolean isThere(String tool) {
        return Stream.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
    }

    /** Runs a tool and returns what it prints; anything but success fails the test. */
    static String run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue())
                    .as("%s: %s", String.join(" ", command), printed)
                    .isZero();
            return printed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    static String run(String... command) {
        return run(List.of(command));
    }
}
