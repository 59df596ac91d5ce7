package dev.muster.protocol.wire;

/** Reasons carried by a CLOSE frame, 16 bits. Numbers are append-only; an unknown one is to be treated as {@link #NORMAL}. */
public final class CloseReason {
    /** The sender is done: a service stopped, a session was replaced. */
    public static final int NORMAL = 0;

    /** The sender is refused: revoked key, unknown peer. */
    public static final int REFUSED = 1;

    /** A frame that cannot be decoded, or one that this side never accepts. */
    public static final int FRAME_SYNTAX = 2;

    /** An ACK names a packet that was never sent. */
    public static final int ACK_OF_UNSENT = 3;

    /** STREAM data beyond the granted credit. */
    public static final int FLOW_CONTROL = 4;

    /** The same stream offset was sent twice with different bytes. */
    public static final int STREAM_CONFLICT = 5;

    /** The sender has no room: too many sessions, too many pending agents. */
    public static final int OVERLOADED = 6;

    private CloseReason() {}
}
