package dev.muster.scripts;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** What somebody who misspelt a name probably meant. */
public final class Nearest {
    /** A name of three times this many letters may have this many wrong ones. Implementation choice. */
    private static final int LETTERS_A_MISTAKE = 3;

    /** Longer names are not looked at: the cost is the product of both lengths. */
    private static final int MAX_CHARS = 200;

    private Nearest() {}

    /** For the end of a message: {@code "; did you mean x?"}, or nothing. */
    public static String hint(String name, Collection<String> known) {
        return among(name, known).map(meant -> "; did you mean " + meant + "?").orElse("");
    }

    public static Optional<String> among(String name, Collection<String> known) {
        if (name.length() > MAX_CHARS) {
            return Optional.empty();
        }
        return known.stream()
                .filter(candidate -> candidate.length() <= MAX_CHARS)
                .map(candidate -> new Candidate(candidate, distance(name, candidate)))
                .filter(candidate -> candidate.distance() <= Math.max(1, name.length() / LETTERS_A_MISTAKE))
                .min(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
                .map(Candidate::name);
    }

    private record Candidate(String name, int distance) {}

    /** How many letters to change, add, leave out, or swap with the next: optimal string alignment, three rows at a time. */
    private static int distance(String a, String b) {
        int[] before = new int[b.length() + 1];
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    row[j] = Math.min(row[j], before[j - 2] + 1);
                }
            }
            before = above;
            above = row;
        }
        return above[b.length()];
    }
}
