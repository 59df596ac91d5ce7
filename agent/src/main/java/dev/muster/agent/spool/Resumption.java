package dev.muster.agent.spool;

/** What a RESUME of the collector means for one channel. */
public sealed interface Resumption {
    /** Send from this sequence number on; all before it was applied and is deleted. */
    record SendFrom(long seq) implements Resumption {}

    /**
     * Collector and spool do not fit together, one of them went back in time: the spool has a new id and everything in it a new number.
     * Shake hands again and send the facts of every instance whole.
     */
    record NewSpool(WentBack who, String why) implements Resumption {}

    /** Whose state is an older copy: restored from a backup, or a machine that was set back. */
    enum WentBack {
        AGENT,
        COLLECTOR
    }

    /** It speaks of another spool: ignore it. */
    record OtherSpool() implements Resumption {}
}
