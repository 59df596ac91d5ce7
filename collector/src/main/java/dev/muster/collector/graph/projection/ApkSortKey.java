package dev.muster.collector.graph.projection;

import java.util.List;

/**
 * A version of Alpine's as a {@link SortKey}. After a part may come, in this order: a suffix of a preliminary version, the end, a revision, a
 * hash, the number of a suffix, a suffix of a later version, a letter, another number.
 */
final class ApkSortKey {
    private static final char PRELIMINARY = '!';
    private static final char END = '#';
    private static final char REVISION = '$';
    private static final char HASH = '%';
    private static final char SUFFIX_NUMBER = '&';
    private static final char LATER = '(';
    private static final char LETTER = ')';
    private static final char NUMBER = '*';

    /** The package manager stops there; versions that differ in it alone must still differ. */
    private static final char UNKNOWN = '/';

    /** Numbers after the first that begin with a zero are compared as text, and so come before those that do not. */
    private static final char AS_TEXT = '0';

    private static final char AS_NUMBER = '1';
    private static final char END_OF_TEXT = ',';

    private static final List<String> PRELIMINARY_SUFFIXES = List.of("alpha", "beta", "pre", "rc");
    private static final List<String> LATER_SUFFIXES = List.of("cvs", "svn", "git", "hg", "p");

    private final String version;
    private final StringBuilder key = new StringBuilder();
    private int at;

    ApkSortKey(String version) {
        this.version = version;
    }

    String key() {
        SortKey.number(key, digits());
        while (next('.')) {
            laterNumber(digits());
        }
        if (at < version.length() && version.charAt(at) >= 'a' && version.charAt(at) <= 'z') {
            key.append(LETTER).append(version.charAt(at++));
        }
        while (next('_') && suffix()) {
            String number = digits();
            if (!number.isEmpty()) {
                key.append(SUFFIX_NUMBER);
                SortKey.number(key, number);
            }
        }
        if (next('~')) {
            int dash = version.indexOf('-', at);
            int end = dash < 0 ? version.length() : dash;
            key.append(HASH).append(version, at, end).append(END_OF_TEXT);
            at = end;
        }
        if (version.startsWith("-r", at)) {
            at += 2;
            key.append(REVISION);
            SortKey.number(key, digits());
        }
        key.append(at == version.length() ? END : UNKNOWN).append(version, at, version.length());
        return key.toString();
    }

    private boolean next(char c) {
        boolean there = at < version.length() && version.charAt(at) == c;
        at += there ? 1 : 0;
        return there;
    }

    private String digits() {
        int end = SortKey.digitsEnd(version, at);
        String digits = version.substring(at, end);
        at = end;
        return digits;
    }

    private void laterNumber(String digits) {
        key.append(NUMBER);
        if (digits.startsWith("0")) {
            key.append(AS_TEXT).append(digits).append(END_OF_TEXT);
        } else {
            key.append(AS_NUMBER);
            SortKey.number(key, digits);
        }
    }

    private boolean suffix() {
        int end = at;
        while (end < version.length() && Character.isLetter(version.charAt(end))) {
            end++;
        }
        String word = version.substring(at, end);
        int preliminary = PRELIMINARY_SUFFIXES.indexOf(word);
        int later = LATER_SUFFIXES.indexOf(word);
        if (preliminary < 0 && later < 0) {
            return false;
        }
        key.append(preliminary >= 0 ? PRELIMINARY : LATER).append(Math.max(preliminary, later));
        at = end;
        return true;
    }
}
