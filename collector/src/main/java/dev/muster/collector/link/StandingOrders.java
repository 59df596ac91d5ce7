package dev.muster.collector.link;

import dev.muster.collector.model.AgentOrders;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.Neighbour;
import dev.muster.collector.model.Wish;
import dev.muster.protocol.message.CollectorKeys;
import dev.muster.protocol.message.Desired;
import dev.muster.protocol.message.Generation;
import dev.muster.protocol.message.Peers;
import dev.muster.protocol.noise.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * What each agent is to do, as the bodies of PEERS and DESIRED. Written by the apply worker after each commit, read by the event loop. The
 * same state is always the same bytes, so an agent that holds it is not told again, not even by the next collector.
 */
public final class StandingOrders implements AgentOrders {
    private final PublicKey own;
    private final byte[] keys;
    private final Duration interval;
    private final Duration dead;
    private final Map<HostId, Order> peers = new ConcurrentHashMap<>();
    private final Map<HostId, Order> desired = new ConcurrentHashMap<>();
    private volatile Consumer<HostId> onChange = host -> {};

    /** A body and the hash that names it. */
    static final class Order {
        private final byte[] body;
        private final String generation;

        private Order(byte[] body) {
            this.body = body;
            this.generation = Generation.of(body);
        }

        byte[] body() {
            return body.clone();
        }

        String generation() {
            return generation;
        }
    }

    /**
     * Orders nothing yet.
     *
     * @param keys the collector's: the current one is that by which it is a neighbour
     * @param interval of all beats
     * @param dead how long a beat may be overdue
     */
    public StandingOrders(CollectorKeys keys, Duration interval, Duration dead) {
        this.own = keys.current();
        this.keys = keys.encode();
        this.interval = interval;
        this.dead = dead;
    }

    /** Tells whose orders changed, from now on. */
    void tell(Consumer<HostId> changed) {
        onChange = changed;
    }

    @Override
    public void neighbours(HostId host, List<Neighbour> neighbours) {
        put(peers, host, peers(neighbours).encode());
    }

    @Override
    public void wishes(HostId host, List<Wish> wishes) {
        put(
                desired,
                host,
                new Desired(wishes.stream().map(StandingOrders::instance).toList()).encode());
    }

    /** The body of COLLECTOR_KEYS. */
    byte[] keys() {
        return keys.clone();
    }

    Optional<Order> peers(HostId host) {
        return Optional.ofNullable(peers.get(host));
    }

    Optional<Order> desired(HostId host) {
        return Optional.ofNullable(desired.get(host));
    }

    /** The neighbours of a host without one of them. */
    Optional<byte[]> peersWithout(HostId host, PublicKey neighbour) {
        return peers(host)
                .map(order -> new Peers(Peers.decode(order.body).peers().stream()
                                .filter(peer -> !peer.publicKey().equals(neighbour))
                                .toList())
                        .encode());
    }

    private void put(Map<HostId, Order> orders, HostId host, byte[] body) {
        var order = new Order(body);
        Order before = orders.put(host, order);
        if (before == null || !before.generation.equals(order.generation)) {
            onChange.accept(host);
        }
    }

    private Peers peers(List<Neighbour> neighbours) {
        return new Peers(neighbours.stream().map(this::peer).toList());
    }

    private Peers.Peer peer(Neighbour neighbour) {
        return switch (neighbour) {
            case Neighbour.Agent agent ->
                new Peers.Peer(Peers.Kind.AGENT, PublicKey.parse(agent.publicKey()), agent.addresses(), interval, dead);
            case Neighbour.Collector _ -> new Peers.Peer(Peers.Kind.COLLECTOR, own, List.of(), interval, dead);
        };
    }

    private static Desired.Instance instance(Wish wish) {
        Desired.Run run = switch (wish.run()) {
            case ON -> Desired.Run.ON;
            case OFF -> Desired.Run.OFF;
        };
        return new Desired.Instance(wish.type(), wish.instance(), run, wish.interval(), wish.parameters());
    }
}
