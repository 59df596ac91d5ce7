package dev.muster.collector.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Map;
import java.util.OptionalInt;

/** One run of the command, and what it printed. */
record Run(int exitCode, String out, String err) {
    /** In a pipe, in Berlin. */
    static Run of(Path apiHome, String... arguments) {
        return of(Map.of("MUSTER_API_HOME", apiHome.toString()), OptionalInt.empty(), arguments);
    }

    static Run of(Map<String, String> environment, OptionalInt width, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Screen screen = screen(out, err, width, Screen.Colours.OFF);
        int exitCode = Muster.run(arguments, environment, screen, seconds -> {});
        return new Run(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    static Screen screen(
            ByteArrayOutputStream out, ByteArrayOutputStream err, OptionalInt width, Screen.Colours colours) {
        return new Screen(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                width,
                colours,
                ZoneId.of("Europe/Berlin"));
    }
}
