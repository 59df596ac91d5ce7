package dev.muster.collector.rules;

/**
 * The order of RPM's versions, {@code [epoch:]version[-release]} (rpm-version(7)): runs of digits as numbers, runs of letters as
 * text, digits after letters, {@code ~} before the end, {@code ^} after it but before anything else. A release counts where
 * both have one.
 */
final class RpmVersions {
    private RpmVersions() {}

    static int compare(String a, String b) {
        int byEpoch = compareParts(epoch(a), epoch(b));
        if (byEpoch != 0) {
            return byEpoch;
        }
        int byVersion = compareParts(version(a), version(b));
        if (byVersion != 0 || release(a).isEmpty() || release(b).isEmpty()) {
            return byVersion;
        }
        return compareParts(release(a), release(b));
    }

    private static String epoch(String text) {
        int colon = text.indexOf(':');
        return colon < 0 ? "0" : text.substring(0, colon);
    }

    private static String version(String text) {
        String rest = text.substring(text.indexOf(':') + 1);
        int dash = rest.lastIndexOf('-');
        return dash < 0 ? rest : rest.substring(0, dash);
    }

    private static String release(String text) {
        int dash = text.lastIndexOf('-');
        return dash < 0 ? "" : text.substring(dash + 1);
    }

    private static int compareParts(String a, String b) {
        int i = 0;
        int j = 0;
        while (true) {
            i = skip(a, i);
            j = skip(b, j);
            int mark = compareMarks(a, i, b, j);
            if (mark != 0) {
                return mark;
            }
            if (i >= a.length() || j >= b.length()) {
                return Integer.compare(a.length() - i, b.length() - j);
            }
            if (isMark(a.charAt(i))) {
                i++;
                j++;
                continue;
            }
            boolean digits = isDigit(a.charAt(i));
            if (digits != isDigit(b.charAt(j))) {
                return digits ? 1 : -1;
            }
            int iEnd = end(a, i, digits);
            int jEnd = end(b, j, digits);
            String left = a.substring(i, iEnd);
            String right = b.substring(j, jEnd);
            int order = digits ? Versions.compareNumbers(left, right) : left.compareTo(right);
            if (order != 0) {
                return order;
            }
            i = iEnd;
            j = jEnd;
        }
    }

    /** Only a mark that one of them has decides. */
    private static int compareMarks(String a, int i, String b, int j) {
        char left = i < a.length() ? a.charAt(i) : 0;
        char right = j < b.length() ? b.charAt(j) : 0;
        if (left == '~' || right == '~') {
            return Boolean.compare(right == '~', left == '~');
        }
        if (left == right || (left != '^' && right != '^')) {
            return 0;
        }
        return left == '^' ? (right == 0 ? 1 : -1) : (left == 0 ? -1 : 1);
    }

    private static int skip(String text, int from) {
        int at = from;
        while (at < text.length()
                && !isDigit(text.charAt(at))
                && !isLetter(text.charAt(at))
                && !isMark(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static int end(String text, int from, boolean digits) {
        int at = from;
        while (at < text.length() && (digits ? isDigit(text.charAt(at)) : isLetter(text.charAt(at)))) {
            at++;
        }
        return at;
    }

    private static boolean isMark(char sign) {
        return sign == '~' || sign == '^';
    }

    private static boolean isDigit(char sign) {
        return sign >= '0' && sign <= '9';
    }

    private static boolean isLetter(char sign) {
        return (sign >= 'A' && sign <= 'Z') || (sign >= 'a' && sign <= 'z');
    }
}
