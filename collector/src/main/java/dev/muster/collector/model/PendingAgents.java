package dev.muster.collector.model;

import java.util.List;

/** Who waits for approval. */
public interface PendingAgents {
    /** As of the last commit, those that asked least lately first; from any thread. */
    List<PendingAgent> pending();
}
