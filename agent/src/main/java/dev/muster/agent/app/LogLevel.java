package dev.muster.agent.app;

import dev.muster.agent.config.LogConfig;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** Sets what is logged by the JDK's backend; may be done at any time. */
final class LogLevel {
    private LogLevel() {}

    static void set(LogConfig.Level wanted) {
        Level level = switch (wanted) {
            case ERROR -> Level.SEVERE;
            case WARN -> Level.WARNING;
            case INFO -> Level.INFO;
            case DEBUG -> Level.FINE;
            case TRACE -> Level.FINER;
        };
        Logger root = LogManager.getLogManager().getLogger("");
        root.setLevel(level);
        for (Handler handler : root.getHandlers()) {
            handler.setLevel(level);
        }
    }
}
