package dev.muster.collector.rules;

/** A condition cannot be compiled. */
final class RuleException extends Exception {
    private static final long serialVersionUID = 1;

    private final int line;

    /** {@code line} is within the condition, from 1. */
    RuleException(int line, String message) {
        super(message);
        this.line = line;
    }

    int line() {
        return line;
    }
}
