package dev.muster.agent.discovery;

import dev.muster.protocol.message.FactsReport;

/** Takes changed facts: the spool. Called from the discovery threads; may block for the disk. */
public interface FactsSink {
    /** What became of a report. */
    enum Offer {
        /** Safe: it survives a crash. */
        TAKEN,
        /** Not taken; it is offered again after the next run. */
        REFUSED
    }

    /** Whether it would take anything now; while not, nothing is run. */
    boolean hasRoom();

    Offer offer(FactsReport report);
}
