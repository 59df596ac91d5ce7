package dev.muster.agent.link;

import dev.muster.protocol.message.Desired;
import dev.muster.protocol.message.Peers;

/** Told by the link, on the event loop's thread: answer at once. */
public interface LinkListener {
    /** Where the agent stands has changed. */
    void changed(LinkState state);

    /** The collector says what it wants discovered; a body that is not even readable is not passed on. */
    void desired(Desired desired, byte[] body);

    /** The collector says who the neighbours are; as above. */
    void peers(Peers peers, byte[] body);

    /** The spool is a new one: all facts have to be sent again, whole. */
    void newSpool(String spoolId);
}
