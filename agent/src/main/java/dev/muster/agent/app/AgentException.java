package dev.muster.agent.app;

/** The agent cannot start, or a command cannot do its work; the message says what, where, and what to do. */
final class AgentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** EX_USAGE of sysexits.h: what was given is wrong. */
    static final int USAGE = 64;

    /** EX_SOFTWARE of sysexits.h, for all else. */
    static final int FAILED = 70;

    private final int exitCode;

    AgentException(String message) {
        super(message);
        exitCode = FAILED;
    }

    AgentException(String message, Throwable cause) {
        super(message, cause);
        exitCode = FAILED;
    }

    private AgentException(String message, int exitCode) {
        super(message);
        this.exitCode = exitCode;
    }

    /** Of an argument. */
    static AgentException usage(String message) {
        return new AgentException(message, USAGE);
    }

    int exitCode() {
        return exitCode;
    }
}
