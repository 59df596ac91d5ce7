package dev.muster.agent.discovery;

import java.io.Serial;

/** A catalogue, a parameter or a state file cannot be used; the text names it and may be shown to an administrator. */
public final class DiscoveryException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    DiscoveryException(String text) {
        super(text);
    }

    DiscoveryException(String text, Throwable cause) {
        super(text, cause);
    }
}
