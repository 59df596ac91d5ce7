package dev.muster.collector.graph.projection;

import java.math.BigInteger;

/** rpm-version(7) as a comparison of two versions: segment against segment. */
final class RpmOrder {
    private RpmOrder() {}

    static int compare(String a, String b) {
        int byEpoch = epoch(a).compareTo(epoch(b));
        if (byEpoch != 0) {
            return byEpoch;
        }
        String restA = a.substring(a.indexOf(':') + 1);
        String restB = b.substring(b.indexOf(':') + 1);
        int byVersion = compareParts(before(restA), before(restB));
        return byVersion != 0 ? byVersion : compareParts(after(restA), after(restB));
    }

    private static BigInteger epoch(String version) {
        return new BigInteger(version.contains(":") ? version.substring(0, version.indexOf(':')) : "0");
    }

    private static String before(String rest) {
        return rest.contains("-") ? rest.substring(0, rest.lastIndexOf('-')) : rest;
    }

    private static String after(String rest) {
        return rest.contains("-") ? rest.substring(rest.lastIndexOf('-') + 1) : "";
    }

    private static int compareParts(String a, String b) {
        String one = a;
        String two = b;
        while (true) {
            one = one.replaceFirst("^[^A-Za-z0-9~^]+", "");
            two = two.replaceFirst("^[^A-Za-z0-9~^]+", "");
            if (one.startsWith("~") || two.startsWith("~")) {
                if (!one.startsWith("~")) {
                    return 1;
                }
                if (!two.startsWith("~")) {
                    return -1;
                }
                one = one.substring(1);
                two = two.substring(1);
                continue;
            }
            if (one.startsWith("^") || two.startsWith("^")) {
                if (one.isEmpty()) {
                    return -1;
                }
                if (two.isEmpty()) {
                    return 1;
                }
                if (!one.startsWith("^")) {
                    return 1;
                }
                if (!two.startsWith("^")) {
                    return -1;
                }
                one = one.substring(1);
                two = two.substring(1);
                continue;
            }
            if (one.isEmpty() || two.isEmpty()) {
                return Boolean.compare(!one.isEmpty(), !two.isEmpty());
            }
            boolean number = Character.isDigit(one.charAt(0));
            String rest = number ? "[^0-9].*" : "[^A-Za-z].*";
            String segmentOne = one.replaceFirst(rest, "");
            String segmentTwo = two.replaceFirst(rest, "");
            if (segmentTwo.isEmpty()) {
                return number ? 1 : -1;
            }
            int bySegment = number
                    ? new BigInteger(segmentOne).compareTo(new BigInteger(segmentTwo))
                    : segmentOne.compareTo(segmentTwo);
            if (bySegment != 0) {
                return bySegment;
            }
            one = one.substring(segmentOne.length());
            two = two.substring(segmentTwo.length());
        }
    }
}
