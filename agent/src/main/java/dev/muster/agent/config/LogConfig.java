package dev.muster.agent.config;

/**
 * What is logged.
 *
 * @param level the least important that still is (LOG_LEVEL)
 */
public record LogConfig(Level level) {
    /** From rare to chatty. */
    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }
}
