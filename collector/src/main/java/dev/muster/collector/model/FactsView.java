package dev.muster.collector.model;

import java.util.Optional;
import java.util.Set;

/** What a rule may see of one host: a consistent picture of its facts. Implementations are immutable while judged. */
public interface FactsView {
    /**
     * The facts of an instance: its last data, under its last status. A run that {@linkplain FactsStatus#impaired()
     * learned nothing} keeps the data of the last run that did.
     *
     * @return empty when the instance never reported
     */
    Optional<Facts> facts(InstanceKey key);

    /** The host's name as the collector shows it, unique among hosts. */
    String hostName();

    /** Roles that the administrator or a condition gave to the host. */
    Set<String> roles();

    /** Labels that the administrator gave to the host. */
    Set<String> labels();
}
