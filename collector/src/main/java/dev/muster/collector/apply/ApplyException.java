package dev.muster.collector.apply;

/** An input could not be applied, and nothing of it is stored. */
public final class ApplyException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ApplyException(String message) {
        super(message);
    }

    ApplyException(String message, Throwable cause) {
        super(message, cause);
    }
}
