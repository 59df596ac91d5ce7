package dev.muster.collector.model;

import java.net.InetSocketAddress;
import java.util.Optional;

/** Asks hosts whether they live. From any thread; never blocks. Answers go to {@link LifeSigns}. */
public interface Probes {
    /**
     * Asks five times in a second, and listens until told to stop.
     *
     * @param at where its agent was last seen
     */
    void begin(HostId host, Optional<InetSocketAddress> at);

    void stop(HostId host);

    /** Lets the neighbour forget what it knows of the host and look for it anew, so that it reports what it finds. */
    void callAgain(HostId neighbour, HostId host);
}
