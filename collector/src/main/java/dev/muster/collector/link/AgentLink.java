package dev.muster.collector.link;

import dev.muster.collector.apply.Inputs;
import dev.muster.protocol.session.Acceptor;
import dev.muster.protocol.session.Association;
import dev.muster.protocol.session.ChannelListener;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/**
 * All agents that are connected. The event loop owns it; what takes longer than a look into memory runs on the {@link Decoder} and the
 * apply worker, and comes back through the loop.
 */
public final class AgentLink implements Acceptor, AutoCloseable {
    private final Inputs inputs;
    private final TrustedAgents trusted;
    private final Executor loop;
    private final InstantSource clock;
    private final Decoder decoder;
    private final LinkCounters counters = new LinkCounters();
    private final Map<Association, AgentSession> sessions = new HashMap<>();

    /**
     * Accepts nobody yet: hand it to a responder endpoint.
     *
     * @param loop runs tasks on the thread that owns the endpoint, in order
     */
    public AgentLink(Inputs inputs, TrustedAgents trusted, Executor loop, InstantSource clock, ThreadFactory threads) {
        this.inputs = inputs;
        this.trusted = trusted;
        this.loop = loop;
        this.clock = clock;
        this.decoder = new Decoder(threads);
        trusted.tell(keyId -> loop.execute(() -> welcome(keyId)), keyId -> loop.execute(() -> dismiss(keyId)));
    }

    public LinkCounters counters() {
        return counters;
    }

    @Override
    public ChannelListener established(Association association) {
        var session = new AgentSession(association, this);
        sessions.put(association, session);
        return session;
    }

    @Override
    public void closed(Association association, String reason) {
        sessions.remove(association);
    }

    /** Nothing more is read; records that were not applied stay with their agents. */
    @Override
    public void close() {
        decoder.close();
    }

    Inputs inputs() {
        return inputs;
    }

    TrustedAgents trusted() {
        return trusted;
    }

    Executor loop() {
        return loop;
    }

    InstantSource clock() {
        return clock;
    }

    Decoder decoder() {
        return decoder;
    }

    LinkCounters count() {
        return counters;
    }

    private void welcome(String keyId) {
        sessions.values().stream().filter(s -> s.waitsAs(keyId)).toList().forEach(AgentSession::trustedNow);
    }

    private void dismiss(String keyId) {
        sessions.values().stream().filter(s -> s.speaksAs(keyId)).toList().forEach(AgentSession::revokedNow);
    }
}
