package dev.muster.collector.api;

/** The API cannot start. The message is for people: what happened, where, and what to do. */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ApiException(String message) {
        super(message);
    }

    ApiException(String message, Throwable cause) {
        super(message, cause);
    }
}
