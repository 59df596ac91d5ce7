package dev.muster.protocol.session;

/** What a responder reports, on the owner's thread. Handlers must not throw and must not block. */
public interface Acceptor {
    /**
     * An agent has proved, with a packet in a fresh session, that it is there: not a replay. Called once for each pair of runs, not at a
     * rekey. Records go to the listener returned.
     */
    ChannelListener established(Association association);

    /** The association is over: the agent closed it, was silent for too long, broke the protocol or began a new one. */
    void closed(Association association, String reason);
}
