package dev.muster.collector.model;

import java.util.List;

/**
 * Tells agents what is wanted of them. Each order is a state and not a message: the last one holds until the next, and reaches the agent
 * whenever it connects. Called on the apply worker, at the start for every host and then after the commit that made it so: answer at once.
 */
public interface AgentOrders {
    /** These are the host's neighbours and no others. */
    void neighbours(HostId host, List<Neighbour> neighbours);

    /** This is what the host's agent is to discover otherwise than declared. */
    void wishes(HostId host, List<Wish> wishes);
}
