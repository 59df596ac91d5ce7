package dev.muster.collector.model;

import java.util.Locale;

/** How much a failing rule matters. */
public enum Severity {
    LOW(1),
    MEDIUM(2),
    HIGH(3);

    private final int weight;

    Severity(int weight) {
        this.weight = weight;
    }

    /** The rule's weight in scores. */
    public int weight() {
        return weight;
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Severity of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
