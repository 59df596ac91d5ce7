package dev.muster.protocol.replay;

/** Broken methods of this package's classes. */
final class ReplayFaults {
    private ReplayFaults() {}

    /** Every counter is new. */
    static boolean fresh(ReplayWindow self, long counter) {
        return self.newest() < Long.MAX_VALUE && counter >= 0;
    }
}
