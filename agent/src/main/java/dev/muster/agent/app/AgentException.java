package dev.muster.agent.app;

/** The agent cannot start; the message says what, where, and what to do. */
final class AgentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AgentException(String message) {
        super(message);
    }

    AgentException(String message, Throwable cause) {
        super(message, cause);
    }
}
