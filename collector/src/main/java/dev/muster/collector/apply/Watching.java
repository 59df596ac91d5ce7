package dev.muster.collector.apply;

import dev.muster.collector.model.AgentOrders;
import dev.muster.collector.model.Wishes;

/**
 * What apply is given to have hosts watched.
 *
 * @param orders brings the agents what follows from each commit
 * @param lookout looks who lives, and hands in what it concludes
 */
public record Watching(AgentOrders orders, Wishes wishes, MembersListener lookout) {}
