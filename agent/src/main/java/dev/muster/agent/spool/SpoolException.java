package dev.muster.agent.spool;

import java.io.IOException;
import java.io.Serial;

/** The spool could not be opened or read; the text names the file. A full disk is not this but {@link Append.Refused}. */
public final class SpoolException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    SpoolException(String text, IOException cause) {
        super(text + ": " + cause.getMessage(), cause);
    }
}
