package dev.muster.collector.model;

import java.util.Locale;

/** How a discovery run went, as the agent classified it. */
public enum FactsStatus {
    OK,
    PARTIAL,
    /** The software is not there: rules do not apply. */
    ABSENT,
    /** This system cannot have it: rules do not apply. */
    UNSUPPORTED,
    DENIED,
    TIMEOUT,
    ERROR;

    /** Whether this run's data replaces the last data; otherwise the last data and verdicts stand. */
    public boolean replacesData() {
        return this == OK || this == PARTIAL || this == ABSENT;
    }

    /** Whether nothing was learned, so that rules over these facts are unknown. */
    public boolean impaired() {
        return this == DENIED || this == TIMEOUT || this == ERROR;
    }

    /** The word on the wire, in the graph and on the screen. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static FactsStatus of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
