package dev.muster.collector.evidence;

/** Evidence cannot be made or read; the message says why, for people. */
public final class EvidenceException extends Exception {
    private static final long serialVersionUID = 1;

    EvidenceException(String message) {
        super(message);
    }

    EvidenceException(String message, Throwable cause) {
        super(message, cause);
    }
}
