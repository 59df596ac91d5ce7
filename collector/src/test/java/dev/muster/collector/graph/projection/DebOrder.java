package dev.muster.collector.graph.projection;

/** deb-version(7) word for word, as a comparison of two versions. */
final class DebOrder {
    private DebOrder() {}

    static int compare(String a, String b) {
        int byEpoch = Integer.compare(epoch(a), epoch(b));
        if (byEpoch != 0) {
            return byEpoch;
        }
        String restA = a.substring(a.indexOf(':') + 1);
        String restB = b.substring(b.indexOf(':') + 1);
        int byUpstream = compareParts(upstream(restA), upstream(restB));
        return byUpstream != 0 ? byUpstream : compareParts(revision(restA), revision(restB));
    }

    private static int epoch(String version) {
        String digits = version.contains(":") ? version.substring(0, version.indexOf(':')) : "0";
        return digits.matches("\\d+")
                ? Integer.parseInt(digits)
                : Integer.parseInt("0" + digits.replaceAll("\\D.*", ""));
    }

    private static String upstream(String rest) {
        return rest.contains("-") ? rest.substring(0, rest.lastIndexOf('-')) : rest;
    }

    private static String revision(String rest) {
        return rest.contains("-") ? rest.substring(rest.lastIndexOf('-') + 1) : "0";
    }

    private static int compareParts(String a, String b) {
        String left = a;
        String right = b;
        while (!left.isEmpty() || !right.isEmpty()) {
            String lettersLeft = left.replaceAll("[0-9].*", "");
            String lettersRight = right.replaceAll("[0-9].*", "");
            for (int i = 0; i < Math.max(lettersLeft.length(), lettersRight.length()); i++) {
                int byLetter = Integer.compare(weight(lettersLeft, i), weight(lettersRight, i));
                if (byLetter != 0) {
                    return byLetter;
                }
            }
            left = left.substring(lettersLeft.length());
            right = right.substring(lettersRight.length());
            String numberLeft = left.replaceAll("[^0-9].*", "");
            String numberRight = right.replaceAll("[^0-9].*", "");
            int byNumber =
                    new java.math.BigInteger("0" + numberLeft).compareTo(new java.math.BigInteger("0" + numberRight));
            if (byNumber != 0) {
                return byNumber;
            }
            left = left.substring(numberLeft.length());
            right = right.substring(numberRight.length());
        }
        return 0;
    }

    private static int weight(String letters, int at) {
        if (at >= letters.length()) {
            return 0;
        }
        char c = letters.charAt(at);
        if (c == '~') {
            return -1;
        }
        return Character.isLetter(c) ? c : c + 256;
    }
}
