package dev.muster.collector.rules;

import java.util.regex.Pattern;

/** Makes what hosts and administrators wrote fit for one line of a log, a mail or a table. */
final class OneLine {
    /** Implementation choice: a reason is read in a table. */
    static final int MAX_CHARS = 300;

    private static final Pattern BREAKS = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]+");

    private OneLine() {}

    static String of(String text) {
        return cut(BREAKS.matcher(text.strip()).replaceAll(" "), MAX_CHARS);
    }

    static String cut(String text, int maxChars) {
        if (text.length() <= maxChars) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(maxChars - 2)) ? maxChars - 2 : maxChars - 1;
        return text.substring(0, end) + "…";
    }
}
