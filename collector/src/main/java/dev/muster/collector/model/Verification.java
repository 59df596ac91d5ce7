package dev.muster.collector.model;

import java.time.Instant;
import java.util.Optional;

/**
 * What is known of a host beside its facts: whether they are all that there is.
 *
 * @param verified when the agent's own summary last equalled what is held here; empty before the first time
 * @param stale of how many instances the last run is long overdue
 */
public record Verification(Optional<Instant> verified, int stale) {
    public static final Verification NONE = new Verification(Optional.empty(), 0);
}
