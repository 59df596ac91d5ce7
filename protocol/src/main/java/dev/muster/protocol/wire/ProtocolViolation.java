package dev.muster.protocol.wire;

/**
 * The peer sent what no correct implementation sends. The caller answers with CLOSE({@link #reason()}) and forgets the
 * session; spooled records are unaffected.
 */
public final class ProtocolViolation extends Exception {
    private static final long serialVersionUID = 1L;

    private final int reason;

    /** @param reason one of {@link CloseReason} */
    public ProtocolViolation(int reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** One of {@link CloseReason}. */
    public int reason() {
        return reason;
    }
}
