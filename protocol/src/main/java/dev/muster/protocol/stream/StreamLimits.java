package dev.muster.protocol.stream;

/**
 * Memory bounds of one association.
 *
 * @param windowBytes flow-control credit a channel, at least 65,536, which is what a sender assumes at the start. A
 *     channel's receive memory is at most twice this, plus a grant from the budget while a larger record arrives
 * @param sendBufferBytes a channel accepts another record while it holds fewer un-acked bytes than this; at most one
 *     record exceeds it
 * @param maxBodyBytes largest record body on the wire; a larger one is skipped and reported dead
 * @param maxRawBytes largest record body after inflation; a larger one is skipped and reported dead
 * @param budget where grants for records larger than the window come from
 */
public record StreamLimits(
        int windowBytes, int sendBufferBytes, int maxBodyBytes, int maxRawBytes, ReceiveBudget budget) {
    /** Credit of each channel before any WINDOW frame, in both directions (specification). */
    public static final int INITIAL_WINDOW_BYTES = 64 << 10;

    /** Specification. */
    public static final int MAX_BODY_BYTES = 4 << 20;

    private static final int MAX_WINDOW_BYTES = 16 << 20;

    public StreamLimits {
        require(windowBytes >= INITIAL_WINDOW_BYTES && windowBytes <= MAX_WINDOW_BYTES, "window of 64 KiB to 16 MiB");
        require(sendBufferBytes > 0, "a send buffer");
        require(maxBodyBytes > 0 && maxBodyBytes <= MAX_BODY_BYTES, "record bodies of at most 4 MiB");
        require(maxRawBytes > 0 && maxRawBytes <= StreamRecord.MAX_BODY_BYTES, "records of at most 32 MiB");
    }

    /** The specification's limits, 256 KiB of send buffer, and the budget given. */
    public static StreamLimits defaults(ReceiveBudget budget) {
        return new StreamLimits(INITIAL_WINDOW_BYTES, 256 << 10, MAX_BODY_BYTES, StreamRecord.MAX_BODY_BYTES, budget);
    }

    /** The same with smaller records, for a peer that is not trusted yet. */
    public StreamLimits withRecords(int newMaxBodyBytes, int newMaxRawBytes) {
        return new StreamLimits(windowBytes, sendBufferBytes, newMaxBodyBytes, newMaxRawBytes, budget);
    }

    private static void require(boolean condition, String expected) {
        if (!condition) {
            throw new IllegalArgumentException("expected " + expected);
        }
    }
}
