package dev.muster.agent.link;

import dev.muster.protocol.noise.PublicKey;
import java.time.Duration;

/** Where it goes that a neighbour fell silent or came back. Told on the event loop's thread: answer at once. */
public interface PeerReports {
    /**
     * It is overdue for long.
     *
     * @param silence since it was last heard, or first expected
     */
    void silent(PublicKey who, Duration silence);

    /** Only after it was reported silent. */
    void back(PublicKey who, Duration silence);
}
