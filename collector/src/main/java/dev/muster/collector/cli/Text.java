package dev.muster.collector.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Text from hosts as a terminal may show it. Values come from machines that may be hostile: nothing that moves the cursor, changes
 * colours, reorders letters or is invisible reaches the terminal as itself.
 */
final class Text {
    /** Unicode's East Asian wide and full-width blocks and the emoji (UAX #11), first and last character. */
    private static final int[][] WIDE = {
        {0x1100, 0x115f},
        {0x2e80, 0xa4cf},
        {0xac00, 0xd7a3},
        {0xf900, 0xfaff},
        {0xfe30, 0xfe6f},
        {0xff00, 0xff60},
        {0xffe0, 0xffe6},
        {0x1f300, 0x1faff},
        {0x20000, 0x3fffd}
    };

    private Text() {}

    /** Control, invisible and direction-changing characters written out, line ends as {@code \n}; all else as it is. */
    static String escape(String text) {
        if (text.codePoints().allMatch(Text::harmless)) {
            return text;
        }
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            if (harmless(c)) {
                escaped.appendCodePoint(c);
            } else {
                escaped.append(written(c));
            }
        });
        return escaped.toString();
    }

    /**
     * JSON text that means the same, with what {@link #escape} would change as JSON's own escapes. In JSON such characters stand only
     * inside strings; line ends between the values stay.
     */
    static String escapeJson(String json) {
        if (json.codePoints().allMatch(c -> harmless(c) || c == '\n')) {
            return json;
        }
        StringBuilder escaped = new StringBuilder(json.length() + 16);
        json.codePoints().forEach(c -> {
            if (harmless(c) || c == '\n') {
                escaped.appendCodePoint(c);
            } else {
                for (char unit : Character.toChars(c)) {
                    escaped.append("\\u%04x".formatted((int) unit));
                }
            }
        });
        return escaped.toString();
    }

    /** How many columns of a terminal harmless text takes. */
    static int width(String text) {
        return text.codePoints().map(Text::width).sum();
    }

    /** What happens to a word that is longer than the line. */
    enum LongWords {
        /** It is cut, so that nothing leaves its column. */
        BREAK,
        /** It stays whole, so that it can be copied. */
        KEEP
    }

    /** Text cut into lines of at most {@code width} columns, at spaces where there are any. Its own line ends are kept. */
    static List<String> wrap(String text, int width, LongWords longWords) {
        List<String> lines = new ArrayList<>();
        for (String paragraph : text.strip().split("\n", -1)) {
            wrapParagraph(escape(paragraph.stripTrailing()), Math.max(width, 8), longWords, lines);
        }
        return lines;
    }

    static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - width(text)));
    }

    private static void wrapParagraph(String paragraph, int width, LongWords longWords, List<String> lines) {
        String rest = paragraph;
        while (width(rest) > width) {
            int cut = cut(rest, fitting(rest, width), longWords);
            if (cut == rest.length()) {
                break;
            }
            lines.add(rest.substring(0, cut).stripTrailing());
            rest = rest.substring(cut).stripLeading();
        }
        lines.add(rest);
    }

    private static int cut(String text, int fits, LongWords longWords) {
        int space = text.lastIndexOf(' ', fits);
        if (space > 0) {
            return space;
        }
        int wordEnd = text.indexOf(' ', fits);
        return switch (longWords) {
            case BREAK -> fits;
            case KEEP -> wordEnd < 0 ? text.length() : wordEnd;
        };
    }

    /** The index up to which the text fits; at least one character, so that wrapping always advances. */
    private static int fitting(String text, int width) {
        int used = 0;
        int index = 0;
        while (index < text.length()) {
            int c = text.codePointAt(index);
            used += width(c);
            if (used > width && index > 0) {
                return index;
            }
            index += Character.charCount(c);
        }
        return index;
    }

    private static boolean harmless(int c) {
        if (c >= ' ' && c < 0x7f) {
            return true;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private static String written(int c) {
        return switch (c) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> c < 0x100 ? "\\x%02x".formatted(c) : "\\u{%x}".formatted(c);
        };
    }

    /** Columns of one character; combining marks take none. */
    private static int width(int c) {
        if (c < 0x300) {
            return 1;
        }
        int type = Character.getType(c);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
            return 0;
        }
        for (int[] range : WIDE) {
            if (c >= range[0] && c <= range[1]) {
                return 2;
            }
        }
        return 1;
    }
}
