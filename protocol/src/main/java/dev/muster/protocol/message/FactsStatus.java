package dev.muster.protocol.message;

import java.util.Locale;

/** How one run of a discovery type went. The names on the wire are append-only. */
public enum FactsStatus {
    /** Everything was read. */
    OK,
    /** Some of it was read; {@code denied} and {@code truncated} name the rest. */
    PARTIAL,
    /** The software is not there: rules do not apply. */
    ABSENT,
    /** This system cannot have it: rules do not apply. */
    UNSUPPORTED,
    /** Not allowed to look: the last facts and verdicts stand. */
    DENIED,
    /** Did not end in time and was killed: the last facts and verdicts stand. */
    TIMEOUT,
    /** Could not be started, failed, or printed no valid facts: the last facts and verdicts stand. */
    ERROR;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    public String wireName() {
        return wireName;
    }

    /** Whether the facts of such a run replace earlier ones; of all others only the status counts. */
    public boolean changesFacts() {
        return switch (this) {
            case OK, PARTIAL, ABSENT -> true;
            case UNSUPPORTED, DENIED, TIMEOUT, ERROR -> false;
        };
    }

    public static FactsStatus ofWireName(String name) {
        for (FactsStatus status : values()) {
            if (status.wireName.equals(name)) {
                return status;
            }
        }
        throw new MalformedMessage("unknown status " + name);
    }
}
