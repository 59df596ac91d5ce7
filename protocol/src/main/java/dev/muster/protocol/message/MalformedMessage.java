package dev.muster.protocol.message;

import java.io.Serial;

/**
 * A record body, or what a discovery script printed, breaks the format or a bound. The text says which, in one line without control
 * characters, and may be shown to an administrator; it never repeats more than a few characters of the input.
 */
public final class MalformedMessage extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final int MAX_TEXT_CHARS = 300;

    MalformedMessage(String text) {
        super(printable(text));
    }

    MalformedMessage(String text, Throwable cause) {
        super(printable(text), cause);
    }

    private static String printable(String text) {
        String clipped = text.length() <= MAX_TEXT_CHARS ? text : text.substring(0, MAX_TEXT_CHARS) + "…";
        StringBuilder line = new StringBuilder(clipped.length());
        clipped.chars().forEach(c -> line.append(isPrintable(c) ? (char) c : ' '));
        return line.toString();
    }

    private static boolean isPrintable(int c) {
        return !Character.isISOControl(c)
                && !Character.isSurrogate((char) c)
                && Character.getType(c) != Character.FORMAT;
    }
}
