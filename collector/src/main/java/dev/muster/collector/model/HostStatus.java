package dev.muster.collector.model;

import java.util.Locale;

/** What the collector holds of a host's life. */
public enum HostStatus {
    UP,
    /** It said goodbye. */
    SHUT_DOWN,
    /** An administrator ended it; it is history. */
    RETIRED;

    /** For example {@code shut-down}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static HostStatus of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
