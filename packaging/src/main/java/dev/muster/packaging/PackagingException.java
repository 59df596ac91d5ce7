package dev.muster.packaging;

/** The packages cannot be built; the message says what is wrong and where. */
final class PackagingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PackagingException(String message) {
        super(message);
    }
}
