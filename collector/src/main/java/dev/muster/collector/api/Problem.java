package dev.muster.collector.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A request that is not answered as it asked. Thrown by handlers, and written as the error body of docs/api.md. */
final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String error;
    private final String hint;

    private Problem(int status, String error, String message, String hint) {
        super(message, null, false, false);
        this.status = status;
        this.error = error;
        this.hint = hint;
    }

    static Problem badRequest(String message, String hint) {
        return new Problem(400, "bad_request", message, hint);
    }

    static Problem unauthorized(String message) {
        return new Problem(
                401,
                "unauthorized",
                message,
                "Send \"Authorization: Bearer TOKEN\" with the token in the collector's file api.token.");
    }

    static Problem notFound(String message, String hint) {
        return new Problem(404, "not_found", message, hint);
    }

    static Problem methodNotAllowed() {
        return new Problem(405, "method_not_allowed", "This address takes another method.", "See docs/api.md.");
    }

    /** What was asked for cannot be done as things stand. */
    static Problem conflict(String message) {
        return conflict(message, "See \"muster agents\" and \"muster hosts\".");
    }

    static Problem conflict(String message, String hint) {
        return new Problem(409, "conflict", message, hint);
    }

    static Problem tooLarge(String message) {
        return new Problem(413, "too_large", message, "Send less.");
    }

    static Problem queryRefused(String message) {
        return new Problem(422, "query_refused", message, "Queries only read: MATCH, WITH, WHERE, UNWIND, RETURN.");
    }

    static Problem busy(String message) {
        return new Problem(429, "busy", message, "Try again in a moment.");
    }

    static Problem failed() {
        return new Problem(
                500,
                "failed",
                "The collector failed at this request.",
                "Its log says why, at the time of this answer.");
    }

    static Problem unavailable(String message) {
        return new Problem(503, "unavailable", message, "Try again in a moment.");
    }

    int status() {
        return status;
    }

    ObjectNode body() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("error", error)
                .put("message", getMessage())
                .put("hint", hint);
    }
}
