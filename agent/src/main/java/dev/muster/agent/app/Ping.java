package dev.muster.agent.app;

import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.session.Collector;
import dev.muster.protocol.session.Established;
import dev.muster.protocol.session.InitiatorConfig;
import dev.muster.protocol.session.InitiatorEndpoint;
import dev.muster.protocol.session.InitiatorListener;
import dev.muster.protocol.session.Trust;
import dev.muster.protocol.stream.ReceiveBudget;
import dev.muster.protocol.stream.StreamLimits;
import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.wire.Packets;
import dev.muster.protocol.wire.SpoolId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Shakes hands with a collector and goes no further: nothing is said in the session, so the collector keeps nothing of it and the agent
 * that runs here is not disturbed. On a connected channel of its own, since only there a closed port is heard of.
 */
final class Ping implements InitiatorListener {
    private static final long LONGEST_PAUSE_MILLIS = 100;

    private final DatagramChannel channel;
    private final InitiatorEndpoint endpoint;
    private long sentNanos;
    private Optional<Outcome> outcome = Optional.empty();

    /** What came of it. */
    sealed interface Outcome {
        /**
         * It holds one of the keys.
         *
         * @param took from the last packet out to its answer
         */
        record Answered(PublicKey key, Trust trust, Duration took, InetSocketAddress own, InetSocketAddress collector)
                implements Outcome {}

        /** It is a collector, of another version. */
        record OtherVersions(List<Integer> spoken) implements Outcome {}

        /** The host says that nobody listens there. */
        record PortClosed() implements Outcome {}

        /** This host says that there is no way. */
        record Unreachable(String why) implements Outcome {}

        record NoAnswer() implements Outcome {}
    }

    private Ping(InetSocketAddress to, List<PublicKey> keys, StaticKeys own, DatagramChannel channel) {
        this.channel = channel;
        var random = new SecureRandom();
        var config = new InitiatorConfig(
                own,
                SpoolId.random(random),
                random.nextLong(),
                StreamLimits.defaults(ReceiveBudget.unlimited()),
                random,
                InstantSource.system());
        this.endpoint = new InitiatorEndpoint(config, this::send, this);
        endpoint.collectors(keys.stream().map(key -> new Collector(to, key)).toList());
    }

    /**
     * Tries until there is an answer or {@code patience} is over.
     *
     * @param to a host's address, or a multicast group's
     * @param keys any of which may answer
     */
    static Outcome of(InetSocketAddress to, List<PublicKey> keys, StaticKeys own, int ttl, Duration patience)
            throws IOException {
        boolean multicast = to.getAddress().isMulticastAddress();
        var family =
                to.getAddress().getAddress().length == 4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
        try (DatagramChannel channel = DatagramChannel.open(family);
                Selector selector = Selector.open()) {
            if (multicast) {
                channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, ttl);
                channel.bind(null);
            } else {
                channel.connect(to);
            }
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            return new Ping(to, keys, own, channel).run(selector, patience);
        } catch (PortUnreachableException e) {
            return new Outcome.PortClosed();
        } catch (IOException e) {
            return new Outcome.Unreachable(String.valueOf(e.getMessage()));
        }
    }

    private Outcome run(Selector selector, Duration patience) throws IOException {
        long end = System.nanoTime() + patience.toNanos();
        ByteBuffer buffer = ByteBuffer.allocate(Packets.MAX_BYTES + 1);
        for (long now = System.nanoTime(); outcome.isEmpty() && now < end; now = System.nanoTime()) {
            if (endpoint.nextDeadlineNanos() <= now) {
                endpoint.tick(now);
            }
            selector.select(LONGEST_PAUSE_MILLIS);
            selector.selectedKeys().clear();
            receive(buffer);
        }
        return outcome.orElseGet(Outcome.NoAnswer::new);
    }

    private void receive(ByteBuffer buffer) throws IOException {
        for (SocketAddress from = channel.receive(buffer.clear());
                from instanceof InetSocketAddress peer;
                from = channel.receive(buffer.clear())) {
            endpoint.datagram(peer, bytes(buffer.flip()), System.nanoTime());
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    /** Only what belongs to the handshake: a packet in the session would make the collector take it into use. */
    private void send(InetSocketAddress target, byte[] packet) {
        if (Packets.type(packet) != Packets.INIT) {
            return;
        }
        sentNanos = System.nanoTime();
        try {
            channel.send(ByteBuffer.wrap(packet), target);
        } catch (PortUnreachableException e) {
            outcome = Optional.of(new Outcome.PortClosed());
        } catch (IOException e) {
            outcome = Optional.of(new Outcome.Unreachable(String.valueOf(e.getMessage())));
        }
    }

    @Override
    public void established(Established session) {
        var took = Duration.ofNanos(System.nanoTime() - sentNanos);
        outcome =
                Optional.of(new Outcome.Answered(session.collector(), session.trust(), took, own(), session.address()));
    }

    private InetSocketAddress own() {
        try {
            return channel.getLocalAddress() instanceof InetSocketAddress local ? local : new InetSocketAddress(0);
        } catch (IOException e) {
            return new InetSocketAddress(0);
        }
    }

    @Override
    public void incompatible(InetSocketAddress collector, List<Integer> versions) {
        outcome = Optional.of(new Outcome.OtherVersions(List.copyOf(versions)));
    }

    @Override
    public void writable() {}

    @Override
    public void lost(String reason) {}

    @Override
    public void record(int number, StreamRecord record) {}

    @Override
    public void deadRecord(int number, long seq, int type, String error) {}
}
