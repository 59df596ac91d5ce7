package dev.muster.collector.rules;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The order of Alpine's versions (apk-package(5)): numbers with dots, a letter, suffixes such as {@code _rc1}, the build
 * {@code -r2}. A part with a leading zero after the first is compared as a fraction. What is no such version is compared as
 * Debian would.
 */
final class ApkVersions {
    private static final Pattern FORM = Pattern.compile(
            "([0-9]{1,40}(?:\\.[0-9]{1,40}){0,20})([a-z]?)((?:_[a-z]{1,10}[0-9]{0,20}){0,10})(?:~[0-9a-f]{1,64})?(?:-r([0-9]{1,20}))?");
    private static final Pattern SUFFIX = Pattern.compile("_([a-z]+)([0-9]*)");

    /** Those before the fourth come before the version without suffix. */
    private static final List<String> SUFFIXES =
            List.of("alpha", "beta", "pre", "rc", "", "cvs", "svn", "git", "hg", "p");

    private ApkVersions() {}

    static int compare(String a, String b) {
        Matcher left = FORM.matcher(a);
        Matcher right = FORM.matcher(b);
        if (!left.matches() || !right.matches()) {
            return Versions.compare(a, b);
        }
        int byNumbers =
                compareNumbers(left.group(1).split("\\.", -1), right.group(1).split("\\.", -1));
        if (byNumbers != 0) {
            return byNumbers;
        }
        int byLetter = left.group(2).compareTo(right.group(2));
        if (byLetter != 0) {
            return byLetter;
        }
        int bySuffix = compareSuffixes(SUFFIX.matcher(left.group(3)), SUFFIX.matcher(right.group(3)));
        return bySuffix != 0 ? bySuffix : Versions.compareNumbers(build(left), build(right));
    }

    private static String build(Matcher version) {
        String build = version.group(4);
        return build == null ? "0" : build;
    }

    private static int compareNumbers(String[] a, String[] b) {
        for (int i = 0; i < Math.min(a.length, b.length); i++) {
            boolean fraction = i > 0 && (a[i].startsWith("0") || b[i].startsWith("0"));
            int order = fraction ? a[i].compareTo(b[i]) : Versions.compareNumbers(a[i], b[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(a.length, b.length);
    }

    private static int compareSuffixes(Matcher a, Matcher b) {
        boolean more = true;
        while (more) {
            boolean inA = a.find();
            boolean inB = b.find();
            int order = Integer.compare(rank(a, inA), rank(b, inB));
            if (order == 0 && inA && inB) {
                order = Versions.compareNumbers(a.group(2), b.group(2));
            }
            if (order != 0) {
                return order;
            }
            more = inA || inB;
        }
        return 0;
    }

    private static int rank(Matcher suffix, boolean found) {
        return SUFFIXES.indexOf(found ? suffix.group(1) : "");
    }
}
