package dev.muster.collector.model;

import java.util.Locale;

/** What the collector holds of a host's life. */
public enum HostStatus {
    UP,
    /** Nobody hears it any more, and it did not say why. */
    DOWN,
    /** The host lives, its agent does not. */
    AGENT_DIED,
    /** It said goodbye. */
    SHUT_DOWN,
    /** An administrator ended it; it is history. */
    RETIRED;

    /** Whether it stopped without a word, so that somebody should look. */
    public boolean isOutage() {
        return this == DOWN || this == AGENT_DIED;
    }

    /** For example {@code shut-down}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static HostStatus of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
