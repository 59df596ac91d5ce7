package dev.muster.collector.model;

import java.util.Locale;

/** What a rule says of a host. */
public enum Verdict {
    PASS,
    FAIL,
    /** The rule does not apply here. */
    NA,
    /** The rule fails and somebody accepted that, with a reason and an end. */
    WAIVED,
    /** Nothing can be said now; the last known verdict stands. */
    UNKNOWN;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Verdict of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
