package dev.muster.agent.app;

import dev.muster.agent.config.LinkConfig;
import dev.muster.agent.heartbeat.NeighbourWatch;
import dev.muster.agent.link.AgentEndpoint;
import dev.muster.agent.link.CollectorLink;
import dev.muster.agent.link.PeerLink;
import dev.muster.agent.link.Summary;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.session.Collector;
import dev.muster.protocol.session.InitiatorConfig;
import dev.muster.protocol.session.InitiatorEndpoint;
import dev.muster.protocol.session.PeerConfig;
import dev.muster.protocol.session.PeerEndpoint;
import dev.muster.protocol.transport.Endpoint;
import dev.muster.protocol.transport.Outbound;
import dev.muster.protocol.udp.UdpException;
import dev.muster.protocol.udp.UdpHost;
import dev.muster.protocol.wire.SpoolId;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one socket of an agent with all that speaks on it: any thread may ask it, and the event loop does it. */
final class AgentSocket implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AgentSocket.class);

    /** A collector that does not answer must not hold up a stop. */
    private static final Duration GOODBYE_WAIT = Duration.ofSeconds(2);

    private static final Duration ANSWER_WAIT = Duration.ofSeconds(1);

    private static final String NEW_KEY = "new key";
    private static final String STOPPED = "stopped";

    private final CollectorLink collectorLink;
    private final PeerLink peerLink;
    private final Shared shared;
    private final UdpHost udp;
    // All below belongs to the event loop.
    private InitiatorEndpoint collector;
    private List<Collector> places = List.of();

    /** What all that speaks on the socket has in common. */
    private record Shared(
            InitiatorConfig config, Outbound world, AgentEndpoint endpoint, InitiatorEndpoint collector) {}

    private AgentSocket(CollectorLink collectorLink, PeerLink peerLink, Shared shared, UdpHost udp) {
        this.collectorLink = collectorLink;
        this.peerLink = peerLink;
        this.shared = shared;
        this.collector = shared.collector;
        this.udp = udp;
    }

    /** On the usual port, or any where that is taken: by a collector on this host, for one. */
    static AgentSocket open(LinkConfig link, InitiatorConfig config, CollectorLink collectorLink, PeerLink peerLink)
            throws UdpException {
        var made = new AtomicReference<@Nullable Shared>();
        UdpHost udp = bind(link, world -> {
            var collector = new InitiatorEndpoint(config, world, collectorLink);
            collectorLink.attach(collector);
            PeerEndpoint peers = peers(config, world, peerLink);
            peerLink.attach(peers, collector);
            var endpoint = new AgentEndpoint(collector, peers, peerLink);
            made.set(new Shared(config, world, endpoint, collector));
            return endpoint;
        });
        Shared shared = made.get();
        if (shared == null) {
            throw new IllegalStateException("a socket without its endpoint");
        }
        LOG.info("event=agent-listening address={}", udp.localAddress());
        return new AgentSocket(collectorLink, peerLink, shared, udp);
    }

    /**
     * Speaks with another key from now on, in new sessions; nobody takes the change for a death.
     *
     * @param neighbours without this agent itself, by its new key
     */
    void change(StaticKeys keys, SpoolId spool, Collection<PeerLink.Located> neighbours) {
        udp.execute(() -> {
            long now = System.nanoTime();
            peerLink.close(NEW_KEY, now);
            collector.close(NEW_KEY, now);
            InitiatorConfig was = shared.config;
            var config = new InitiatorConfig(keys, spool, was.agentRun(), was.limits(), was.random(), was.wallClock());
            var next = new InitiatorEndpoint(config, shared.world, collectorLink);
            collectorLink.attach(next);
            PeerEndpoint peers = peers(config, shared.world, peerLink);
            peerLink.attach(peers, next);
            shared.endpoint.replace(next, peers);
            collector = next;
            next.collectors(places);
            peerLink.neighbours(neighbours, now);
        });
    }

    /** Runs it on the event loop once the control record of that number is applied. */
    void whenApplied(long seq, Runnable done) {
        udp.execute(() -> collectorLink.whenApplied(seq, done));
    }

    /** Sends what the spool holds. */
    void pump() {
        udp.execute(collectorLink::pump);
    }

    void summary(Summary summary) {
        udp.execute(() -> collectorLink.summary(summary));
    }

    void collectors(List<Collector> found) {
        udp.execute(() -> {
            places = List.copyOf(found);
            collector.collectors(places);
        });
    }

    void neighbours(Collection<PeerLink.Located> wanted) {
        udp.execute(() -> peerLink.neighbours(wanted, System.nanoTime()));
    }

    /** Where it listens. */
    InetSocketAddress address() {
        return udp.localAddress();
    }

    /** How the neighbours stand; empty where the event loop does not say in time. */
    List<NeighbourWatch.State> neighbours() {
        var states = new CompletableFuture<List<NeighbourWatch.State>>();
        udp.execute(() -> states.complete(peerLink.states(System.nanoTime())));
        try {
            return states.get(ANSWER_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        } catch (TimeoutException | ExecutionException e) {
            return List.of();
        }
    }

    /** Says goodbye first, to the collector and then to the neighbours, so that everybody knows this for an orderly end. */
    @Override
    public void close() {
        try {
            sayGoodbye();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            udp.close();
        }
    }

    private void sayGoodbye() throws InterruptedException {
        var heard = new CompletableFuture<Void>();
        udp.execute(() -> collectorLink.goodbye(STOPPED).whenComplete((done, failure) -> heard.complete(null)));
        try {
            heard.get(GOODBYE_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.info("event=goodbye-unheard");
        }
        var closed = new CountDownLatch(1);
        udp.execute(() -> {
            long now = System.nanoTime();
            peerLink.close(STOPPED, now);
            collector.close(STOPPED, now);
            closed.countDown();
        });
        closed.await(GOODBYE_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static PeerEndpoint peers(InitiatorConfig config, Outbound outbound, PeerLink peerLink) {
        var ours = new PeerConfig(config.keys(), config.agentRun(), config.random(), config.wallClock());
        return new PeerEndpoint(ours, outbound, peerLink);
    }

    private static UdpHost bind(LinkConfig link, Function<UdpHost.World, Endpoint> endpoints) throws UdpException {
        try {
            return UdpHost.open(link.bind(), link.ttl(), endpoints);
        } catch (UdpException e) {
            if (link.bind().getPort() == 0) {
                throw e;
            }
            LOG.info("event=port-taken port={} instead=any", link.bind().getPort());
            return UdpHost.open(new InetSocketAddress(link.bind().getAddress(), 0), link.ttl(), endpoints);
        }
    }
}
