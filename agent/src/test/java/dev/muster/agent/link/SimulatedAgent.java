package dev.muster.agent.link;

import dev.muster.agent.heartbeat.Neighbour;
import dev.muster.agent.heartbeat.NeighbourWatch;
import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.session.DeafInitiator;
import dev.muster.protocol.session.InitiatorConfig;
import dev.muster.protocol.session.InitiatorEndpoint;
import dev.muster.protocol.session.PeerConfig;
import dev.muster.protocol.session.PeerEndpoint;
import dev.muster.protocol.simulation.SimulatedNetwork;
import dev.muster.protocol.stream.ReceiveBudget;
import dev.muster.protocol.stream.StreamLimits;
import dev.muster.protocol.transport.Endpoint;
import dev.muster.protocol.transport.Outbound;
import dev.muster.protocol.wire.SpoolId;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An agent's endpoints on one simulated socket, and what it reported. It can be frozen, as a paused virtual machine is. */
final class SimulatedAgent implements Endpoint, PeerReports {
    final InetSocketAddress address;
    final StaticKeys keys;
    final List<String> reports = new ArrayList<>();
    private final SimulatedNetwork network;
    private final PeerLink link;
    private final List<Runnable> socket = new ArrayList<>();
    private final AgentEndpoint endpoint;
    private final InitiatorEndpoint collector;
    private Outbound outbound = (_, _) -> {};
    private long frozenUntilNanos = Long.MIN_VALUE;

    /** Switched on at its address, in the place of whatever was there. */
    SimulatedAgent(SimulatedNetwork network, InetSocketAddress address, StaticKeys keys) {
        this.network = network;
        this.address = address;
        this.keys = keys;
        this.link = new PeerLink(new NeighbourWatch(network.nowNanos()), this);
        Outbound out = (to, packet) -> outbound.send(to, packet);
        long run = network.random().nextLong();
        var peers = new PeerEndpoint(new PeerConfig(keys, run, network.random(), network.clock()), out, link);
        var config = new InitiatorConfig(
                keys,
                SpoolId.random(network.random()),
                run,
                StreamLimits.defaults(ReceiveBudget.unlimited()),
                network.random(),
                network.clock());
        collector = new InitiatorEndpoint(config, out, new DeafInitiator());
        link.attach(peers, collector);
        endpoint = new AgentEndpoint(collector, peers, link);
        network.attach(address, real -> {
            outbound = real;
            return this;
        });
    }

    InitiatorEndpoint collector() {
        return collector;
    }

    /** Its name in reports. */
    String name() {
        return name(keys.publicKey());
    }

    void knows(SimulatedAgent... others) {
        link.neighbours(
                Arrays.stream(others)
                        .map(other -> located(other.keys.publicKey(), other.address))
                        .toList(),
                network.nowNanos());
    }

    void beatsForTheCollector(PublicKey key) {
        var neighbour =
                new Neighbour(key, Neighbour.Watching.BEATS_ONLY, Neighbour.DEFAULT_INTERVAL, Neighbour.DEFAULT_DEAD);
        link.neighbours(List.of(new PeerLink.Located(neighbour, List.of())), network.nowNanos());
    }

    void stop() {
        link.close("stopped", network.nowNanos());
    }

    /** Nothing of it runs; what arrives waits in the socket. */
    void freezeFor(Duration time) {
        frozenUntilNanos = network.nowNanos() + time.toNanos();
    }

    @Override
    public void silent(PublicKey who, Duration silence) {
        reports.add("silent " + name(who));
    }

    @Override
    public void back(PublicKey who, Duration silence) {
        reports.add("back " + name(who));
    }

    @Override
    public void datagram(InetSocketAddress from, byte[] packet, long nowNanos) {
        if (nowNanos < frozenUntilNanos) {
            socket.add(() -> endpoint.datagram(from, packet, network.nowNanos()));
        } else {
            endpoint.datagram(from, packet, nowNanos);
        }
    }

    /** After a freeze timers ring before the socket is read: the worse order. */
    @Override
    public void tick(long nowNanos) {
        if (nowNanos >= frozenUntilNanos) {
            endpoint.tick(nowNanos);
            socket.forEach(Runnable::run);
            socket.clear();
        }
    }

    @Override
    public long nextDeadlineNanos() {
        return Math.max(endpoint.nextDeadlineNanos(), frozenUntilNanos);
    }

    private static PeerLink.Located located(PublicKey key, InetSocketAddress address) {
        var neighbour =
                new Neighbour(key, Neighbour.Watching.EACH_OTHER, Neighbour.DEFAULT_INTERVAL, Neighbour.DEFAULT_DEAD);
        return new PeerLink.Located(neighbour, List.of(address));
    }

    private static String name(PublicKey key) {
        return key.fingerprint().substring(0, 4);
    }
}
