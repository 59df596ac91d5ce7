package dev.muster.agent.config;

import java.io.Serial;

/** The configuration is wrong; the text says where and how to put it right. */
public final class ConfigException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    ConfigException(String text) {
        super(text);
    }

    ConfigException(String text, Throwable cause) {
        super(text, cause);
    }
}
