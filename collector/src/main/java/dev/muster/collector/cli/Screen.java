package dev.muster.collector.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * Where the output goes and how it may look there.
 *
 * @param out buffered: {@link #flush} at the end, and after each line of what goes on
 * @param width columns of the terminal; empty where standard output is none, and then nothing is wrapped or cut
 */
record Screen(PrintStream out, PrintStream err, OptionalInt width, Colours colours, ZoneId zone) {
    /** Prose is wrapped here where there is no terminal to ask. */
    static final int PROSE_COLUMNS = 100;

    private static final int BUFFER_BYTES = 16 << 10;

    enum Colours {
        ON,
        OFF
    }

    /** What may be marked by a colour, and with which (ECMA-48, SGR). */
    enum Style {
        HEADING("1"),
        HIGH("1;31"),
        MEDIUM("33"),
        LOW("36"),
        DIM("2");

        private final String code;

        Style(String code) {
            this.code = code;
        }

        /** Of a severity as the API spells it. */
        static Style severity(String word) {
            return switch (word) {
                case "high" -> HIGH;
                case "medium" -> MEDIUM;
                default -> LOW;
            };
        }
    }

    static Screen ofProcess(Map<String, String> environment) {
        boolean terminal = isTerminal();
        boolean colours = terminal
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "dumb").equals("dumb");
        return new Screen(
                // Always UTF-8: under LANG=C, as in cron, Java would print question marks.
                print(FileDescriptor.out),
                print(FileDescriptor.err),
                terminal ? OptionalInt.of(columns(environment)) : OptionalInt.empty(),
                colours ? Colours.ON : Colours.OFF,
                ZoneId.systemDefault());
    }

    /** Marks text, which must be harmless already, where there are colours. */
    String style(Style style, String text) {
        return colours == Colours.ON ? "\u001b[" + style.code + "m" + text + "\u001b[0m" : text;
    }

    int proseWidth() {
        return Math.min(width.orElse(PROSE_COLUMNS), 120);
    }

    /** A remark beside the output: on standard error, so that a pipe gets only the output. */
    void note(String text) {
        out.flush();
        err.println("muster: " + Text.escape(text));
        err.flush();
    }

    void flush() {
        out.flush();
        err.flush();
    }

    private static PrintStream print(FileDescriptor descriptor) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(descriptor), BUFFER_BYTES),
                false,
                StandardCharsets.UTF_8);
    }

    /** By what the descriptor is open on, which costs less at start than a {@link java.io.Console}. */
    private static boolean isTerminal() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException noProc) {
            return false;
        }
    }

    private static int columns(Map<String, String> environment) {
        int fromShell = number(environment.getOrDefault("COLUMNS", ""));
        int columns = fromShell > 0 ? fromShell : askTerminal();
        return columns < 20 ? PROSE_COLUMNS : columns;
    }

    private static int askTerminal() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(Path.of("/dev/tty").toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String answer = new String(stty.getInputStream().readNBytes(64), StandardCharsets.US_ASCII);
            if (!stty.waitFor(1, TimeUnit.SECONDS)) {
                stty.destroyForcibly();
            }
            return number(answer.strip().replaceFirst("^\\d+ ", ""));
        } catch (IOException noStty) {
            return 0;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private static int number(String text) {
        return text.matches("\\d{1,4}") ? Integer.parseInt(text) : 0;
    }
}
