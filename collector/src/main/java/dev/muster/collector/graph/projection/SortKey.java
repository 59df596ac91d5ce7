package dev.muster.collector.graph.projection;

import java.util.Optional;

/**
 * Text made from a version so that plain comparison of such texts, as an index does it, orders versions as their package manager does.
 * Keys of different package managers are not comparable.
 *
 * <p>A key is a sequence of marks in ASCII. Each kind of package manager says for every place of a version which marks can stand there and
 * in which order; a number is written as its length and its digits, without leading zeros. The end of a version is a mark too, since some
 * characters come before it ({@code 1.0~rc1} before {@code 1.0}).
 */
enum SortKey {
    /** deb-version(7): {@code epoch:upstream-revision}. */
    DEB("deb") {
        @Override
        String ofChecked(String version) {
            int colon = version.indexOf(':');
            int dash = version.lastIndexOf('-');
            String upstream = version.substring(colon + 1, dash > colon ? dash : version.length());
            String revision = dash > colon ? version.substring(dash + 1) : "";
            var key = new StringBuilder();
            number(key, colon < 0 ? "" : version.substring(0, colon));
            debPart(key, upstream);
            debPart(key, revision);
            return key.toString();
        }
    },

    /** rpm-version(7), {@code epoch:version-release}: runs of digits and runs of letters; what is between them only separates. */
    RPM("rpm") {
        @Override
        String ofChecked(String version) {
            int colon = version.indexOf(':');
            int dash = version.lastIndexOf('-');
            var key = new StringBuilder();
            number(key, colon < 0 ? "" : version.substring(0, colon));
            rpmPart(key, version.substring(colon + 1, dash > colon ? dash : version.length()));
            rpmPart(key, dash > colon ? version.substring(dash + 1) : "");
            return key.toString();
        }
    },

    /** apk-package(5): {@code digits.digits…letter_suffix…~hash-rN}. */
    APK("apk") {
        @Override
        String ofChecked(String version) {
            return new ApkSortKey(version).key();
        }
    };

    /** Longer than any real version; what comes after it does not count. Keeps keys far below what an index can hold. */
    private static final int MAX_VERSION_CHARS = 256;

    /** Lengths above it are written with four digits, so that the length of a length is known. */
    private static final int MAX_SHORT_LENGTH = 34;

    private static final char TILDE = '!';
    private static final char END = '#';
    private static final char CARET = '$';
    private static final char END_OF_LETTERS = ',';
    private static final char NUMBER = '|';
    private static final char NOT_A_LETTER = '~';

    private final String word;

    SortKey(String word) {
        this.word = word;
    }

    abstract String ofChecked(String version);

    String of(String version) {
        return ofChecked(version.substring(0, Math.min(version.length(), MAX_VERSION_CHARS)));
    }

    /** By the type in a package URL; empty where versions of that type have no order here. */
    static Optional<SortKey> named(String word) {
        for (SortKey kind : values()) {
            if (kind.word.equals(word)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    /**
     * Appends a number so that texts order as numbers do: its length as one character, then its digits; zero is length 0. What is not a
     * number counts as zero.
     */
    static void number(StringBuilder key, String digits) {
        int start = 0;
        while (start < digits.length() && digits.charAt(start) == '0') {
            start++;
        }
        int end = digitsEnd(digits, start);
        int length = end - start;
        if (length <= MAX_SHORT_LENGTH) {
            key.append(Character.toUpperCase(Character.forDigit(length, Character.MAX_RADIX)));
        } else {
            key.append("Z%04d".formatted(length));
        }
        key.append(digits, start, end);
    }

    static int digitsEnd(String text, int from) {
        int end = from;
        while (end < text.length() && isDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    /**
     * Runs without digits and numbers in turn. A run may only be empty at the start, so after a number stands either a run or the end; a
     * number may be missing only at the end and is zero then, as {@code 1.a} equals {@code 1.a0}.
     */
    private static void debPart(StringBuilder key, String part) {
        int at = 0;
        do {
            while (at < part.length() && !isDigit(part.charAt(at))) {
                debCharacter(key, part.charAt(at++));
            }
            key.append(END);
            int end = digitsEnd(part, at);
            number(key, part.substring(at, end));
            at = end;
        } while (at < part.length());
        key.append(END);
    }

    /** Tilde before the end, the end before letters, letters before everything else. */
    private static void debCharacter(StringBuilder key, char c) {
        if (c == '~') {
            key.append(TILDE);
        } else if (isLetter(c)) {
            key.append(c);
        } else {
            key.append(NOT_A_LETTER).append(c);
        }
    }

    /** Tilde before the end, the end before caret, caret before letters, letters before numbers. */
    private static void rpmPart(StringBuilder key, String part) {
        int at = 0;
        while (at < part.length()) {
            char c = part.charAt(at);
            int end = at + 1;
            if (isDigit(c)) {
                end = digitsEnd(part, at);
                key.append(NUMBER);
                number(key, part.substring(at, end));
            } else if (isLetter(c)) {
                while (end < part.length() && isLetter(part.charAt(end))) {
                    end++;
                }
                key.append(part, at, end).append(END_OF_LETTERS);
            } else if (c == '~') {
                key.append(TILDE);
            } else if (c == '^') {
                key.append(CARET);
            }
            at = end;
        }
        key.append(END);
    }
}
