package dev.muster.agent.app;

import dev.muster.agent.heartbeat.Neighbour;
import dev.muster.agent.heartbeat.NeighbourWatch;
import dev.muster.agent.link.AgentEndpoint;
import dev.muster.agent.link.PeerLink;
import dev.muster.agent.link.PeerReports;
import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.session.DeafInitiator;
import dev.muster.protocol.session.InitiatorConfig;
import dev.muster.protocol.session.InitiatorEndpoint;
import dev.muster.protocol.session.PeerConfig;
import dev.muster.protocol.session.PeerEndpoint;
import dev.muster.protocol.stream.ReceiveBudget;
import dev.muster.protocol.stream.StreamLimits;
import dev.muster.protocol.udp.UdpException;
import dev.muster.protocol.udp.UdpHost;
import dev.muster.protocol.wire.SpoolId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** The part of an agent that speaks with neighbours, on a real socket, without the rest: it can crash, which a whole agent cannot here. */
final class LivePeer implements PeerReports {
    final List<String> reports = new CopyOnWriteArrayList<>();
    private final UdpHost udp;
    private final PeerLink link;

    /** @param port 0 for any */
    LivePeer(StaticKeys keys, int port) throws UdpException {
        var random = new SecureRandom();
        long run = random.nextLong();
        link = new PeerLink(new NeighbourWatch(System.nanoTime()), this);
        udp = UdpHost.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), world -> {
            var peers = new PeerEndpoint(new PeerConfig(keys, run, random, InstantSource.system()), world, link);
            var config = new InitiatorConfig(
                    keys,
                    SpoolId.random(random),
                    run,
                    StreamLimits.defaults(ReceiveBudget.unlimited()),
                    random,
                    InstantSource.system());
            var nobody = new InitiatorEndpoint(config, world, new DeafInitiator());
            link.attach(peers, nobody);
            return new AgentEndpoint(nobody, peers, link);
        });
    }

    InetSocketAddress address() {
        return udp.localAddress();
    }

    void knows(PublicKey other, InetSocketAddress address, Duration interval, Duration dead) {
        var neighbour = new Neighbour(other, Neighbour.Watching.EACH_OTHER, interval, dead);
        var located = new PeerLink.Located(neighbour, List.of(address));
        udp.execute(() -> link.neighbours(List.of(located), System.nanoTime()));
    }

    boolean hears(PublicKey other) throws Exception {
        return phase(other) == NeighbourWatch.Phase.ALIVE;
    }

    /** Whether it said goodbye. */
    boolean hasLeft(PublicKey other) throws Exception {
        return phase(other) == NeighbourWatch.Phase.LEFT;
    }

    private NeighbourWatch.Phase phase(PublicKey other) throws Exception {
        var states = new CompletableFuture<List<NeighbourWatch.State>>();
        udp.execute(() -> states.complete(link.states(System.nanoTime())));
        return states.get(10, TimeUnit.SECONDS).stream()
                .filter(state -> state.key().equals(other))
                .findFirst()
                .orElseThrow()
                .phase();
    }

    /** Without a word. */
    void crash() {
        udp.close();
    }

    @Override
    public void silent(PublicKey who, Duration silence) {
        reports.add("silent");
    }

    @Override
    public void back(PublicKey who, Duration silence) {
        reports.add("back");
    }
}
