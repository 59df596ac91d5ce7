package dev.muster.collector.model;

import java.util.List;
import java.util.Set;

/** Learns which agents are trusted. Called on the apply worker, after the commit that made it so: answer at once. */
public interface AgentTrust {
    /**
     * All agents trusted when the collector started. Called once, before any input is taken.
     *
     * @param revoked ids of keys that spoke for a host once
     */
    void known(List<KnownAgent> agents, Set<String> revoked);

    /** One more agent is trusted from now on. */
    void trusted(KnownAgent agent);

    /** This key speaks for no host any more. */
    void revoked(String keyId);
}
