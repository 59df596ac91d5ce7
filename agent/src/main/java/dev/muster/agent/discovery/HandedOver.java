package dev.muster.agent.discovery;

import dev.muster.protocol.message.FactsHash;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the collector has once it has applied everything through {@code seq}, for DIGEST and LIST.
 *
 * @param seq the last number that the sink gave out; 0 before the first
 * @param instances all that are planned; without a hash those whose facts were not handed over yet
 * @param ended the last run of each that came to an end since the agent started
 */
public record HandedOver(long seq, SortedMap<InstanceKey, Optional<FactsHash>> instances, List<Run> ended) {
    /** How long ago it ended, and how often it is to run. */
    public record Run(InstanceKey key, Duration age, Duration interval) {}

    public HandedOver {
        instances = Collections.unmodifiableSortedMap(new TreeMap<>(instances));
        ended = List.copyOf(ended);
    }
}
