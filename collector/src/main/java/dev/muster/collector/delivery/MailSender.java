package dev.muster.collector.delivery;

import java.util.Map;
import java.util.Set;

/** Hands a mail to a server. One thread sends; {@link #cut} may come from any. */
interface MailSender {
    /** Blocks, at most as long as the configured timeouts allow. Throws nothing that a server could cause. */
    Outcome send(RenderedMail mail, Set<String> recipients);

    /** Ends the connection in a friendly way, where there is one: nothing more to send for now. */
    void rest();

    /** Breaks a {@link #send} off, now and for ever. */
    void cut();

    sealed interface Outcome {}

    /**
     * The server had its say about each recipient: every one is in exactly one of the three.
     *
     * @param refused for ever (5xx), with the server's words
     * @param deferred for now (4xx), with the server's words
     */
    record Answered(Set<String> accepted, Map<String, String> refused, Map<String, String> deferred)
            implements Outcome {}

    /**
     * Nobody can say what became of the mail, for a reason that is the server's or the configuration's: no connection,
     * no answer in time, no TLS, login or sender refused.
     *
     * @param error for people, one line
     */
    record NoService(String error) implements Outcome {}
}
