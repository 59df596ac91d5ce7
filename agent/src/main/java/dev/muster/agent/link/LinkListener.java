package dev.muster.agent.link;

/** Told by the link, on the event loop's thread: answer at once. */
public interface LinkListener {
    /** Where the agent stands has changed. */
    void changed(LinkState state);

    /** The spool is a new one: all facts have to be sent again, whole. */
    void newSpool(String spoolId);
}
