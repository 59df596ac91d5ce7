package dev.muster.collector.rules;

import java.util.List;

/**
 * Paths as a shell's pattern names them: {@code *}, {@code ?} and {@code [a-z]} within one name, and no hidden name unless
 * the pattern writes the dot. Linear in the path for each star, since paths are hostile.
 */
final class Glob {
    private final List<String> names;

    private Glob(List<String> names) {
        this.names = names;
    }

    static Glob of(String pattern) {
        return new Glob(List.of(pattern.split("/", -1)));
    }

    boolean matches(String path) {
        String[] parts = path.split("/", -1);
        if (parts.length != names.size()) {
            return false;
        }
        for (int i = 0; i < parts.length; i++) {
            if (!matches(names.get(i), parts[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean matches(String pattern, String name) {
        if (name.startsWith(".") && !pattern.startsWith(".")) {
            return false;
        }
        int at = 0;
        int in = 0;
        int star = -1;
        int retry = 0;
        while (in < name.length()) {
            int next = at < pattern.length() && pattern.charAt(at) != '*' ? step(pattern, at, name.charAt(in)) : -1;
            if (next > 0) {
                at = next;
                in++;
            } else if (at < pattern.length() && pattern.charAt(at) == '*') {
                star = at++;
                retry = in;
            } else if (star >= 0) {
                at = star + 1;
                in = ++retry;
            } else {
                return false;
            }
        }
        while (at < pattern.length() && pattern.charAt(at) == '*') {
            at++;
        }
        return at == pattern.length();
    }

    /** Where the pattern goes on after one sign; -1 where the sign does not fit. */
    private static int step(String pattern, int at, char sign) {
        char wanted = pattern.charAt(at);
        if (wanted == '?') {
            return at + 1;
        }
        int end = wanted == '[' ? pattern.indexOf(']', at + 2) : -1;
        if (end < 0) {
            return wanted == sign ? at + 1 : -1;
        }
        boolean negated = pattern.charAt(at + 1) == '!' && end > at + 2;
        return isIn(pattern.substring(negated ? at + 2 : at + 1, end), sign) != negated ? end + 1 : -1;
    }

    private static boolean isIn(String set, char sign) {
        for (int i = 0; i < set.length(); i++) {
            if (i + 2 < set.length() && set.charAt(i + 1) == '-') {
                if (set.charAt(i) <= sign && sign <= set.charAt(i + 2)) {
                    return true;
                }
                i += 2;
            } else if (set.charAt(i) == sign) {
                return true;
            }
        }
        return false;
    }
}
