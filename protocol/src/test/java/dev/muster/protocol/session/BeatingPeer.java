package dev.muster.protocol.session;

import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.simulation.SimulatedNetwork;
import dev.muster.protocol.transport.Endpoint;
import dev.muster.protocol.wire.Frame;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An agent that does nothing but beat once a second for each other one it is told of, and doubts whom it did not hear for two. */
final class BeatingPeer implements Endpoint, PeerListener {
    private static final long SECOND = 1_000_000_000L;
    private static final long DOUBT = 3 * SECOND;

    final InetSocketAddress address;
    final StaticKeys keys;
    final List<InetSocketAddress> sessions = new ArrayList<>();
    final List<Long> beats = new ArrayList<>();
    final List<String> closings = new ArrayList<>();
    final PeerEndpoint endpoint;
    private final Map<PublicKey, Long> heard = new LinkedHashMap<>();
    private long nextNanos;
    private long seq;

    /** Switched on at its address, in the place of whatever was there. */
    BeatingPeer(SimulatedNetwork network, InetSocketAddress address, StaticKeys keys) {
        this.address = address;
        this.keys = keys;
        var made = new ArrayList<PeerEndpoint>();
        var config = new PeerConfig(keys, network.random().nextLong(), network.random(), network.clock());
        network.attach(address, out -> {
            made.add(new PeerEndpoint(config, out, this));
            return this;
        });
        endpoint = made.getFirst();
        nextNanos = network.nowNanos() + network.random().nextLong(SECOND);
    }

    /** From now on these. */
    void knows(long nowNanos, BeatingPeer... others) {
        var peers = new ArrayList<Peer>();
        for (BeatingPeer other : others) {
            peers.add(new Peer(other.keys.publicKey(), List.of(other.address)));
            heard.putIfAbsent(other.keys.publicKey(), nowNanos);
        }
        heard.keySet().retainAll(peers.stream().map(Peer::key).toList());
        endpoint.peers(peers, nowNanos);
    }

    /** From now on this one, believed to be there. */
    void knowsAt(long nowNanos, BeatingPeer other, InetSocketAddress where) {
        heard.put(other.keys.publicKey(), nowNanos);
        endpoint.peers(List.of(new Peer(other.keys.publicKey(), List.of(where))), nowNanos);
    }

    long silentNanos(BeatingPeer other, long nowNanos) {
        return nowNanos - heard.getOrDefault(other.keys.publicKey(), Long.MIN_VALUE);
    }

    @Override
    public void established(PublicKey peer, InetSocketAddress from, long nowNanos) {
        sessions.add(from);
        heard.replace(peer, nowNanos);
    }

    @Override
    public void heartbeat(PublicKey peer, Frame.Heartbeat beat, long nowNanos) {
        beats.add(beat.seq());
        heard.replace(peer, nowNanos);
    }

    @Override
    public void closed(PublicKey peer, int reason, String text, long nowNanos) {
        closings.add(reason + " " + text);
    }

    @Override
    public void datagram(InetSocketAddress from, byte[] packet, long nowNanos) {
        endpoint.datagram(from, packet, nowNanos);
    }

    @Override
    public void tick(long nowNanos) {
        endpoint.tick(nowNanos);
        if (nowNanos >= nextNanos) {
            nextNanos += SECOND;
            heard.forEach((peer, at) -> beat(peer, nowNanos - at, nowNanos));
        }
    }

    private void beat(PublicKey peer, long silent, long nowNanos) {
        endpoint.heartbeat(peer, new Frame.Heartbeat(0, seq++, 1_000, 0), nowNanos);
        if (silent >= DOUBT) {
            endpoint.doubt(peer, nowNanos);
        }
    }

    @Override
    public long nextDeadlineNanos() {
        return Math.min(nextNanos, endpoint.nextDeadlineNanos());
    }
}
