package dev.muster.agent.link;

import dev.muster.protocol.session.InitiatorEndpoint;
import dev.muster.protocol.session.PeerEndpoint;
import dev.muster.protocol.transport.Endpoint;
import java.net.InetSocketAddress;

/** An agent's one socket, shared by the session with the collector and those with neighbours. */
public final class AgentEndpoint implements Endpoint {
    private InitiatorEndpoint collector;
    private PeerEndpoint peers;
    private final PeerLink watch;

    public AgentEndpoint(InitiatorEndpoint collector, PeerEndpoint peers, PeerLink watch) {
        this.collector = collector;
        this.peers = peers;
        this.watch = watch;
    }

    /** From here on these speak on the socket: the agent has another key. */
    public void replace(InitiatorEndpoint nextCollector, PeerEndpoint nextPeers) {
        collector = nextCollector;
        peers = nextPeers;
    }

    @Override
    public void datagram(InetSocketAddress from, byte[] packet, long nowNanos) {
        Endpoint to = peers.concerns(packet) ? peers : collector;
        to.datagram(from, packet, nowNanos);
    }

    @Override
    public void tick(long nowNanos) {
        // The watch first: what it says of silence must not wait for a handshake's arithmetic.
        if (watch.nextDeadlineNanos() <= nowNanos) {
            watch.tick(nowNanos);
        }
        if (peers.nextDeadlineNanos() <= nowNanos) {
            peers.tick(nowNanos);
        }
        if (collector.nextDeadlineNanos() <= nowNanos) {
            collector.tick(nowNanos);
        }
    }

    @Override
    public long nextDeadlineNanos() {
        return Math.min(watch.nextDeadlineNanos(), Math.min(peers.nextDeadlineNanos(), collector.nextDeadlineNanos()));
    }
}
