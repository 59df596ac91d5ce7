package dev.muster.scripts;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** One way in which the files that a script reads can be other than it expects. */
enum Hostility {
    /** Nothing but quotes, expansions and escapes, which a shell or an awk program would run. */
    QUOTED,
    CONTROL_BYTES,
    NOT_UTF8,
    /** Escape sequences and marks that turn the direction of text. */
    TERMINAL,
    /** Lines of the samples with words exchanged for hostile ones, so that they pass the first look. */
    SPLICED,
    LONG_LINE,
    MANY_LINES,
    CRLF,
    UTF_16,
    EMPTY,
    /** A pipe that nobody writes to: whoever opens it waits for ever. */
    FIFO,
    LINK_LOOP,
    FOLDER,
    UNREADABLE,
    /** Entries with hostile names beside those of the samples. */
    NAMES,
    CROWD;

    static final String CANARY = "muster-canary";
    private static final int MANY_LINES_COUNT = 100_000;
    private static final int LONG_BYTES = 10 << 20;
    private static final int MEDIUM_BYTES = 100 << 10;
    private static final long SEED = 20_261_121;

    /** Names that a folder can hold, as bytes of ISO 8859-1; a slash is none of theirs. */
    static final List<String> ATOMS = List.of(
            "$(touch " + CANARY + ")",
            "`touch " + CANARY + "`",
            "; touch " + CANARY + " #",
            "' ; touch " + CANARY + " ; '",
            "\" ; touch " + CANARY + " ; \"",
            "\"); system(\"touch " + CANARY + "\"); (\"",
            "x[$(touch " + CANARY + ")]",
            "a\"b\\c'd",
            "\\",
            "%s%n%999999999d",
            "-rf",
            "--help",
            "*",
            "a b\tc",
            "line\nfeed",
            "\n",
            "\r",
            "\u0001\u0007\u001b[2J\u007f",
            "\u00ff\u00fe",
            "\u00c3(",
            "\u00ed\u00a0\u0080",
            "\u00e2\u0080\u00aemoor\u00e2\u0080\u00ac",
            "&amp;<b>",
            "{\"a\":",
            "99999999999999999999",
            "-1",
            "0x10",
            "x".repeat(200),
            "=:,;|");

    /** What a file of the samples holds instead. */
    byte[] content(byte[] original, boolean isLarge) {
        return switch (this) {
            case QUOTED -> latin(String.join("\n", ATOMS) + "\n");
            case CONTROL_BYTES -> everyByte(0, 32);
            case NOT_UTF8 -> everyByte(128, 256);
            case TERMINAL ->
                "\u001b]0;title\u0007\u001b[31m=\u202e: \u2066x\u2069\ufeff\u0085\n".getBytes(StandardCharsets.UTF_8);
            case SPLICED -> spliced(latin(original));
            case LONG_LINE -> longLine(latin(original), isLarge ? LONG_BYTES : MEDIUM_BYTES);
            case MANY_LINES -> isLarge ? manyLines(latin(original)) : original;
            case CRLF -> latin(latin(original).replace("\n", "\r\n"));
            case UTF_16 -> latin(original).getBytes(StandardCharsets.UTF_16);
            case EMPTY -> new byte[0];
            case FIFO, LINK_LOOP, FOLDER, UNREADABLE, NAMES, CROWD -> original;
        };
    }

    static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] everyByte(int from, int to) {
        var bytes = new StringBuilder();
        for (int b = from; b < to; b++) {
            bytes.append((char) b).append('=').append((char) b).append(": ");
        }
        return latin(bytes + "\n");
    }

    private static byte[] spliced(String original) {
        RandomGenerator random = new SplittableRandom(SEED + original.length());
        var lines = new StringBuilder(original);
        for (String line : original.split("\n", 200)) {
            String[] words = line.split("(?<=[ \t=:,/])", 50);
            words[random.nextInt(words.length)] = ATOMS.get(random.nextInt(ATOMS.size()));
            lines.append(String.join("", words)).append('\n');
        }
        return latin(lines.toString());
    }

    /** The first line is drawn out, so that what stands before it may still be understood. */
    private static byte[] longLine(String original, int bytes) {
        String first = original.lines().findFirst().orElse("");
        return latin(first + "x".repeat(bytes) + "\"\\\u00e9\n" + original);
    }

    private static byte[] manyLines(String original) {
        var lines = original.lines().toList();
        var many = new StringBuilder(original);
        for (int i = 0; i < MANY_LINES_COUNT && !lines.isEmpty(); i++) {
            many.append(lines.get(i % lines.size()).replaceFirst("[A-Za-z]+", "$0" + i))
                    .append('\n');
        }
        return latin(many.toString());
    }
}
