package dev.muster.collector.rules;

/**
 * The order of versions as Debian defines it (deb-version(7)), which orders RPM's and plain upstream versions as people expect too:
 * epoch, upstream part, revision; runs of digits as numbers; {@code ~} before everything, even the end.
 */
final class Versions {
    private Versions() {}

    /** Negative, zero or positive as {@link java.util.Comparator#compare}. */
    static int compare(String a, String b) {
        int byEpoch = compareParts(epoch(a), epoch(b));
        if (byEpoch != 0) {
            return byEpoch;
        }
        int byUpstream = compareParts(upstream(a), upstream(b));
        return byUpstream != 0 ? byUpstream : compareParts(revision(a), revision(b));
    }

    private static String epoch(String version) {
        return version.substring(0, Math.max(0, version.indexOf(':')));
    }

    private static String upstream(String version) {
        int dash = version.lastIndexOf('-');
        int start = version.indexOf(':') + 1;
        return version.substring(start, dash < start ? version.length() : dash);
    }

    private static String revision(String version) {
        int dash = version.lastIndexOf('-');
        return dash < 0 ? "" : version.substring(dash + 1);
    }

    private static int compareParts(String a, String b) {
        int i = 0;
        int j = 0;
        while (i < a.length() || j < b.length()) {
            while (isLetterAt(a, i) || isLetterAt(b, j)) {
                int byLetter = Integer.compare(weight(a, i), weight(b, j));
                if (byLetter != 0) {
                    return byLetter;
                }
                i++;
                j++;
            }
            int iEnd = digitsEnd(a, i);
            int jEnd = digitsEnd(b, j);
            int byNumber = compareNumbers(a.substring(i, iEnd), b.substring(j, jEnd));
            if (byNumber != 0) {
                return byNumber;
            }
            i = iEnd;
            j = jEnd;
        }
        return 0;
    }

    private static boolean isLetterAt(String text, int at) {
        return at < text.length() && !isDigit(text.charAt(at));
    }

    /** Letters before other signs, the end before letters, {@code ~} before the end. */
    private static int weight(String text, int at) {
        if (at >= text.length() || isDigit(text.charAt(at))) {
            return 0;
        }
        char sign = text.charAt(at);
        if (sign == '~') {
            return -1;
        }
        boolean letter = (sign >= 'A' && sign <= 'Z') || (sign >= 'a' && sign <= 'z');
        return letter ? sign : sign + Character.MAX_VALUE;
    }

    private static int digitsEnd(String text, int from) {
        int end = from;
        while (end < text.length() && isDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    /** Of digits alone, as long as they like. */
    static int compareNumbers(String a, String b) {
        String left = a.replaceFirst("^0+", "");
        String right = b.replaceFirst("^0+", "");
        int byLength = Integer.compare(left.length(), right.length());
        return byLength != 0 ? byLength : left.compareTo(right);
    }

    private static boolean isDigit(char sign) {
        return sign >= '0' && sign <= '9';
    }
}
