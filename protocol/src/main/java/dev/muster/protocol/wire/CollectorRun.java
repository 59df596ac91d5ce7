package dev.muster.protocol.wire;

/** Names one run of a collector: 16 random bytes, new at each start, so that an agent knows when stream state is gone. */
public record CollectorRun(long high, long low) {
    /** No run: what an agent says that holds no stream state. */
    public static final CollectorRun NONE = new CollectorRun(0, 0);
}
