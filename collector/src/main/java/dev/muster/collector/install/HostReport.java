package dev.muster.collector.install;

import dev.muster.collector.install.InstallException.Reason;
import java.util.Optional;

/**
 * What came of one host. Texts may come from the host: bounded, not escaped.
 *
 * @param version of the agent that is there now; empty where that is not known
 * @param name by which the collector knows the host; empty on failure
 */
public record HostReport(String host, Outcome outcome, String version, String name, Optional<Failure> failure) {
    /** What was done. */
    public enum Outcome {
        INSTALLED("installed"),
        UPGRADED("upgraded"),
        /** The package was there, and belonged to nobody, or to another collector, or did not run. */
        ENROLLED("enrolled"),
        UNCHANGED("unchanged"),
        FAILED("failed");

        private final String word;

        Outcome(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /**
     * Why not.
     *
     * @param step what was being done
     * @param log the last lines of what failed; may be empty
     */
    public record Failure(Reason reason, String step, String detail, String remedy, String log) {}
}
