package dev.muster.agent.link;

import java.util.Optional;

/**
 * Where the agent stands with its collector.
 *
 * @param collector address of the collector while a session stands
 * @param fingerprint of the collector's key while a session stands
 * @param trust {@code none} before a collector answered, then {@code trusted}, {@code pending} or {@code refused}
 * @param reason why it is pending or refused, or why the last session ended
 * @param hostId given by the collector; empty until the agent is trusted
 */
public record LinkState(
        Optional<String> collector,
        Optional<String> fingerprint,
        String trust,
        String reason,
        Optional<String> hostId) {
    static final LinkState SEARCHING = new LinkState(Optional.empty(), Optional.empty(), "none", "", Optional.empty());
}
