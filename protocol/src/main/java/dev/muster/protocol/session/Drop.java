package dev.muster.protocol.session;

/** Why a datagram was dropped; where an answer went out, its line says so. */
public enum Drop {
    /** Too long, too short, unknown type, reserved bits set. */
    MALFORMED,
    /** INIT with a good mac1, of a version that we do not speak; VERNEG was sent, at most a hundred a second. */
    UNSUPPORTED_VERSION,
    /** INIT whose mac1 shows that its sender does not know our public key, or means another one. */
    BAD_MAC1,
    /** INIT for another kind of responder. */
    WRONG_ROLE,
    /** INIT of an agent that is no neighbour. */
    NOT_ADMITTED,
    /** INIT seen a moment ago. */
    DUPLICATE_INIT,
    /** INIT under load without the cookie of its sender's address; a COOKIE was sent. */
    ADDRESS_NOT_PROVEN,
    /** INIT while too many handshakes are in the works. */
    OVERLOAD,
    /** A handshake message that does not authenticate. */
    BAD_HANDSHAKE,
    /** COOKIE or VERNEG that answers nothing we sent, or does not authenticate. */
    UNEXPECTED_COOKIE,
    /** RESP that answers nothing we sent, or nothing any more. */
    UNEXPECTED_RESP,
    /** DATA or RESET for a session that is not ours. */
    UNKNOWN_SESSION,
    /** DATA whose counter was seen, or is too old to tell. */
    REPLAYED,
    /** DATA that does not authenticate. */
    BAD_TAG,
    /** DATA that authenticates and breaks the rules: its session was closed. */
    VIOLATION,
    /** RESET with a wrong token. */
    BAD_RESET
}
