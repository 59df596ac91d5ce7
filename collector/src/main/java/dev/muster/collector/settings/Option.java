package dev.muster.collector.settings;

/**
 * One key of the configuration file: by this declaration it is read, and from it the reference and the installed file are made.
 *
 * @param key within its section
 * @param effect what it does, one or more sentences; where it decides something, for which values
 * @param cost what another value costs; empty where it costs nothing
 */
public record Option(String key, Form form, Standard standard, String effect, String cost) {

    /** What counts where the file says nothing. */
    public sealed interface Standard {
        /** What the installed file shows; empty for nothing. */
        String shown();

        /** This value, as one would write it. */
        record Is(String shown) implements Standard {}

        /** There is none; {@code shown} is an example. */
        record None(String shown) implements Standard {}

        /** It must be given; {@code shown} is an example. */
        record Required(String shown) implements Standard {}

        /** It follows from other things: {@code how}. */
        record Depends(String how, String shown) implements Standard {}
    }

    /** The short form of the most frequent one. */
    public static Standard is(String value) {
        return new Standard.Is(value);
    }
}
