package dev.muster.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The command line, {@code ./muster} of this clone, as it was built. */
final class Cli {
    private static final Path TOP = Path.of("..").toAbsolutePath().normalize();
    private static final long ENDS_SECONDS = 60;

    private final Path home;

    /** @param home of the collector that it asks */
    Cli(Path home) {
        this.home = home;
    }

    /** What it prints for people; anything but success fails the test. */
    String run(String... arguments) {
        List<String> command = new ArrayList<>(List.of("./muster"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(TOP.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("MUSTER") || name.equals("JAVA_TOOL_OPTIONS"));
        builder.environment().put("MUSTER_BUILD", "never");
        builder.environment().put("MUSTER_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("MUSTER_API_HOME", home.resolve("api").toString());
        try {
            Process process = builder.start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(ENDS_SECONDS, TimeUnit.SECONDS)).isTrue();
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

    /** What it prints for programs. */
    JsonNode json(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--json");
        try {
            return new ObjectMapper().readTree(run(all.toArray(String[]::new)));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
