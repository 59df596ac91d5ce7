package dev.muster.protocol.session;

/** What an initiator reports, on the owner's thread. Handlers must not throw and must not block. */
public interface InitiatorListener extends ChannelListener {
    /** A session stands: at first, after a loss, and at each rekey. Send HELLO before anything new. */
    void established(Established session);

    /** Something arrived since an offer was refused, so there may be room now. */
    void writable();

    /** No session stands any more; the endpoint is trying again by itself. What was offered and not delivered is forgotten. */
    void lost(String reason);
}
