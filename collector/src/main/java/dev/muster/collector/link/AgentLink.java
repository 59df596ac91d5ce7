package dev.muster.collector.link;

import dev.muster.collector.apply.Input;
import dev.muster.collector.apply.Inputs;
import dev.muster.collector.model.HostAttributes;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.LifeSigns;
import dev.muster.collector.model.Probes;
import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.session.Acceptor;
import dev.muster.protocol.session.Association;
import dev.muster.protocol.session.ChannelListener;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All agents that are connected. The event loop owns it; what takes longer than a look into memory runs on the {@link Decoder} and the
 * apply worker, and comes back through the loop.
 */
public final class AgentLink implements Acceptor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AgentLink.class);

    private final Inputs inputs;
    private final TrustedAgents trusted;
    private final StandingOrders orders;
    private final LifeSigns signs;
    private final Executor loop;
    private final InstantSource clock;
    private final Decoder decoder;
    private final LinkCounters counters = new LinkCounters();
    private final SessionProbes probes;
    private final CloneWatch<PublicKey> clones = new CloneWatch<>();
    private final Map<Association, AgentSession> sessions = new HashMap<>();
    private final Map<HostId, Set<AgentSession>> byHost = new HashMap<>();

    /**
     * The parts that agents are known by, told by and watched by.
     *
     * @param timer wakes probes
     */
    public record Agents(
            TrustedAgents trusted, StandingOrders orders, LifeSigns signs, ScheduledExecutorService timer) {}

    /**
     * Accepts nobody yet: hand it to a responder endpoint.
     *
     * @param loop runs tasks on the thread that owns the endpoint, in order
     */
    public AgentLink(Inputs inputs, Agents agents, Executor loop, InstantSource clock, ThreadFactory threads) {
        this.inputs = inputs;
        this.trusted = agents.trusted();
        this.orders = agents.orders();
        this.signs = agents.signs();
        this.probes = new SessionProbes(this, signs, agents.timer());
        this.loop = loop;
        this.clock = clock;
        this.decoder = new Decoder(threads);
        trusted.tell(keyId -> loop.execute(() -> welcome(keyId)), keyId -> loop.execute(() -> dismiss(keyId)));
        orders.tell(host -> loop.execute(() -> sessions(host).forEach(AgentSession::giveOrders)));
    }

    /** Asks agents whether they live. */
    public Probes probes() {
        return probes;
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
        AgentSession session = sessions.remove(association);
        if (session != null) {
            leave(session);
        }
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

    StandingOrders orders() {
        return orders;
    }

    LifeSigns signs() {
        return signs;
    }

    /** A session speaks for its host from now on. */
    void join(HostId host, AgentSession session) {
        byHost.computeIfAbsent(host, none -> new LinkedHashSet<>()).add(session);
        signs.connected(host);
    }

    /** The session is over, or speaks for nobody any more. */
    void leave(AgentSession session) {
        HostId host = session.host();
        if (host == null) {
            return;
        }
        Set<AgentSession> all = byHost.getOrDefault(host, new LinkedHashSet<>());
        if (all.remove(session) && all.isEmpty()) {
            byHost.remove(host);
            signs.disconnected(host);
        }
    }

    /** A trusted agent said hello. */
    void hello(Association from, HostAttributes seen) {
        var use = new CloneWatch.Use(from.address().getAddress().getHostAddress(), seen.machineIdHash(), seen.bootId());
        report(from.agent(), clones.hello(from.agent(), from.agentRun(), use, clock.instant()));
    }

    /** Something came from a trusted agent. */
    void heard(Association from) {
        report(from.agent(), clones.heard(from.agent(), from.agentRun(), clock.instant()));
    }

    private void report(PublicKey key, List<CloneWatch.Use> uses) {
        if (uses.isEmpty()) {
            return;
        }
        LOG.warn("event=clones key={} uses={}", key, uses);
        clones.forget(key);
        // Where there is no room now, they go on and are found again.
        var _ = inputs.offer(new Input.Cloned(
                key.id(),
                uses.stream()
                        .map(use -> new Input.Cloned.Use(use.address(), use.machine(), use.bootId()))
                        .toList()));
    }

    List<Association> associations(HostId host) {
        return sessions(host).stream().map(AgentSession::association).toList();
    }

    void callAgain(HostId neighbour, HostId host) {
        trusted.keyOf(host).ifPresent(key -> sessions(neighbour).forEach(session -> session.callAgain(key)));
    }

    private List<AgentSession> sessions(HostId host) {
        return List.copyOf(byHost.getOrDefault(host, Set.of()));
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
        sessions.keySet().stream()
                .map(Association::agent)
                .filter(key -> key.id().equals(keyId))
                .findFirst()
                .ifPresent(clones::forget);
        sessions.values().stream().filter(s -> s.speaksAs(keyId)).toList().forEach(AgentSession::revokedNow);
    }
}
