package dev.muster.protocol.udp;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A socket that cannot be opened; the message says which, why, and what to do. */
public final class UdpException extends IOException {
    private static final long serialVersionUID = 1L;

    UdpException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
