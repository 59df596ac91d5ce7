package dev.muster.collector.model;

import java.util.Locale;

/** One host does not hear another one, its neighbour. */
public record Silence(HostId reporter, HostId host, State state) {
    /** What is known of it. */
    public enum State {
        /** The reporter said so, and has not said since that it hears it again. */
        REPORTED,
        /** The host lives: the way between the two is broken. */
        PATH_PROBLEM;

        /** For example {@code path-problem}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        public static State of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
        }
    }
}
