package dev.muster.collector.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Makes text from hosts, rules and servers fit to show. Nothing that comes out can start a header, move the cursor or
 * turn the direction of reading, and nothing is longer than asked for.
 */
final class SafeText {
    private static final String REPLACEMENT = "\uFFFD";

    private SafeText() {}

    /** One line: what cannot be shown becomes U+FFFD, white space one blank; cut at {@code maxChars} with an ellipsis. */
    static String line(String text, int maxChars) {
        var out = new StringBuilder(Math.min(text.length(), maxChars));
        int at = 0;
        while (at < text.length()) {
            int point = text.codePointAt(at);
            if (out.length() + Character.charCount(point) > maxChars) {
                return out.append('…').toString();
            }
            at += Character.charCount(point);
            appendShown(out, point);
        }
        return out.toString().strip();
    }

    private static void appendShown(StringBuilder out, int point) {
        if (point == '\t' || point == ' ' || Character.getType(point) == Character.SPACE_SEPARATOR) {
            out.append(' ');
        } else if (hidden(point)) {
            out.append(REPLACEMENT);
        } else {
            out.appendCodePoint(point);
        }
    }

    /** Several lines: as {@link #line}, but line feeds stay. */
    static String block(String text, int maxChars) {
        boolean cut = text.length() > maxChars;
        String kept = cut ? text.substring(0, maxChars) + "…" : text;
        return kept.strip().lines().map(line -> line(line, maxChars + 1)).collect(Collectors.joining("\n"));
    }

    /** A fact's value as JSON on one line, so that {@code "1"} and {@code 1} differ; what cannot be shown is escaped. */
    static String value(JsonNode value, int maxChars) {
        if (value.isMissingNode() || value.isNull()) {
            return "(not there)";
        }
        // A scalar of a megabyte is not printed in full first; a container is bounded by what an agent may report.
        String json = value.isTextual() && value.textValue().length() > maxChars
                ? quoted(value.textValue().substring(0, maxChars))
                : value.toString();
        String shown = escaped(json);
        return shown.length() <= maxChars
                ? shown
                : line(shown, maxChars) + " (cut, " + value.toString().length() + " characters)";
    }

    private static String quoted(String text) {
        return TextNode.valueOf(text).toString();
    }

    private static String escaped(String json) {
        var out = new StringBuilder(json.length());
        json.codePoints().forEach(point -> {
            if (point != ' ' && (hidden(point) || Character.getType(point) == Character.SPACE_SEPARATOR)) {
                for (char unit : Character.toChars(point)) {
                    out.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
                }
            } else {
                out.appendCodePoint(point);
            }
        });
        return out.toString();
    }

    /** Control, format (bidi, zero width), line and paragraph separators, lone surrogates, private use, unassigned. */
    static boolean hidden(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> true;
            default -> false;
        };
    }
}
