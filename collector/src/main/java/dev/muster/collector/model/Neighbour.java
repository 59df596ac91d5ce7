package dev.muster.collector.model;

import java.net.InetSocketAddress;
import java.util.List;

/** For whom an agent beats, and who reports its silence. */
public sealed interface Neighbour {
    /**
     * Another agent.
     *
     * @param publicKey base64 of the 32 bytes of its key
     * @param addresses where it may be, best first; 1 to {@value #MAX_ADDRESSES}
     */
    record Agent(String publicKey, List<InetSocketAddress> addresses) implements Neighbour {
        /** What the wire protocol carries. */
        public static final int MAX_ADDRESSES = 16;

        public Agent {
            addresses = List.copyOf(addresses);
        }
    }

    /** The collector, which watches the agent by its beats. */
    record Collector() implements Neighbour {}
}
