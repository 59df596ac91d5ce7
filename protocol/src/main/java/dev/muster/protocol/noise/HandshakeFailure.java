package dev.muster.protocol.noise;

/** A handshake message that does not authenticate, or a key of low order. Says nothing that an attacker could use. */
public final class HandshakeFailure extends Exception {
    private static final long serialVersionUID = 1L;

    HandshakeFailure(String message) {
        super(message, null, false, false);
    }
}
