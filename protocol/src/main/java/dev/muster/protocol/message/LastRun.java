package dev.muster.protocol.message;

import java.util.Locale;

/** How the agent's last process before this one came to its end, as its successor finds it. The names on the wire are append-only. */
public enum LastRun {
    /** There was none, or it left no trace. */
    UNKNOWN,
    /** It was stopped in order, whether or not the collector heard its goodbye. */
    ENDED,
    /** It was killed, or the machine was switched off. */
    DIED;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    public String wireName() {
        return wireName;
    }

    /** What a newer version calls otherwise is unknown here. */
    static LastRun ofWireName(String name) {
        for (LastRun run : values()) {
            if (run.wireName.equals(name)) {
                return run;
            }
        }
        return UNKNOWN;
    }
}
