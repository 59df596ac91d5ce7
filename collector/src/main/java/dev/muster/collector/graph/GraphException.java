package dev.muster.collector.graph;

/** The graph could not do it. The message is for people and says what to do where something can be done. */
public final class GraphException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What a caller can do about it. */
    public enum Kind {
        /** Another process holds the store. */
        LOCKED,
        /** The graph was written by a newer program. */
        NEWER_VERSION,
        /** The query may not run here, is wrong, or exceeded a limit: ask otherwise. */
        REFUSED,
        /** It was closed here: the collector stops. */
        CLOSED,
        /** The same may work in a moment. */
        TRANSIENT,
        /** The same will fail again. */
        FAILED
    }

    private final Kind kind;

    GraphException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    GraphException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
