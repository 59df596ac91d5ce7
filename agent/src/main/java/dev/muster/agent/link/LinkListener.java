package dev.muster.agent.link;

import dev.muster.protocol.message.CollectorKeys;
import dev.muster.protocol.message.Desired;
import dev.muster.protocol.message.InstanceName;
import dev.muster.protocol.message.Peers;
import dev.muster.protocol.noise.PublicKey;
import java.util.List;

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

    /** Whoever holds the key of the session says by which keys the collector may be known. */
    void collectorKeys(PublicKey session, CollectorKeys keys);

    /** The collector is to hear what was handed over: {@link CollectorLink#summary}. */
    void summaryDue(Summary.Kind kind);

    /** The collector wants the facts of these again, whole. */
    void resend(List<InstanceName> names);
}
