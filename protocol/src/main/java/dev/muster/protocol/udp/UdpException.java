package dev.muster.protocol.udp;

import java.io.IOException;

/** A socket that cannot be opened; the message says which, why, and what to do. */
public final class UdpException extends IOException {
    private static final long serialVersionUID = 1L;

    UdpException(String message, Throwable cause) {
        super(message, cause);
    }
}
