package dev.muster.agent.discovery;

import dev.muster.protocol.message.FactsHash;
import dev.muster.protocol.message.FactsStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A snapshot of discovery, for {@code status} and for DIGEST.
 *
 * @param instances sorted
 * @param refusals what the collector wants and does not get, one line each
 * @param counters since start
 * @param isHeld nothing is run, as the spool has no room
 */
public record DiscoveryStatus(List<Instance> instances, List<String> refusals, Counters counters, boolean isHeld) {
    public DiscoveryStatus {
        instances = List.copyOf(instances);
        refusals = List.copyOf(refusals);
    }

    /**
     * How often what happened.
     *
     * @param impaired runs that ended as denied, timeout or error
     * @param refusedBySink changed facts that were not taken, to be offered again
     */
    public record Counters(long runs, long changed, long unchanged, long impaired, long refusedBySink) {}

    /**
     * One instance.
     *
     * @param lastRun when a run last ended, by the agent's clock; empty before the first since start
     * @param handedOver hash of the facts that the collector has or will have
     * @param declared interval as planned
     * @param effective the interval in force: longer than declared where the type takes too much CPU
     * @param problem why the last run was refused or went wrong; "" where it did not
     */
    public record Instance(
            InstanceKey key,
            Optional<Instant> lastRun,
            Optional<FactsStatus> status,
            Optional<FactsHash> handedOver,
            long tookMs,
            long cpuMs,
            Duration declared,
            Duration effective,
            String problem) {
        /** How many times the declared interval the effective one is. */
        public double stretch() {
            return (double) effective.toMillis() / declared.toMillis();
        }
    }
}
