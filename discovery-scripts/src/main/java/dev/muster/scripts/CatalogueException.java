package dev.muster.scripts;

/** A folder of a discovery type is not as it must be; the message names the file, the place in it and what is wrong. */
public final class CatalogueException extends Exception {
    private static final long serialVersionUID = 1;

    CatalogueException(String where, String problem) {
        super(where + ": " + problem);
    }

    CatalogueException(String where, Exception cause) {
        super(where + ": " + cause.getMessage(), cause);
    }
}
