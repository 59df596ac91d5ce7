package dev.muster.agent.spool;

/** What became of a record that was given to the spool. */
public sealed interface Append {
    /** On disk: it will be sent until the collector has applied it. */
    record Stored(long seq) implements Append {}

    /** Not on disk, nothing changed: offer it again later. */
    record Refused(Reason reason, String text) implements Append {}

    enum Reason {
        /** The configured size is used up by records that the collector has not applied. */
        FULL,
        /** The disk is full or does not work. */
        DISK
    }
}
