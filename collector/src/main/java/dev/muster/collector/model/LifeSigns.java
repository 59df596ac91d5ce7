package dev.muster.collector.model;

/** Learns what the network says of hosts that are trusted. From any thread; never blocks. */
public interface LifeSigns {
    /** Its agent proved that it is there, in a fresh session. */
    void connected(HostId host);

    /** Its last session ended. */
    void disconnected(HostId host);

    /** It beat for the collector. */
    void beat(HostId host);

    /** A packet came from it while it was probed. */
    void answered(HostId host);

    /** While it was probed, its system said that nobody listens where the agent was. */
    void portClosed(HostId host);
}
