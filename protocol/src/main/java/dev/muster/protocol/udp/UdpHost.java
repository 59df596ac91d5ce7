package dev.muster.protocol.udp;

import dev.muster.protocol.transport.Endpoint;
import dev.muster.protocol.transport.Offload;
import dev.muster.protocol.transport.Outbound;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one {@link Endpoint} on one UDP socket: one thread owns both. What the endpoint must be asked from outside goes through
 * {@link #execute}.
 */
public final class UdpHost implements AutoCloseable {
    /** Holds some 20,000 small datagrams; the default holds about 256. */
    private static final int RECEIVE_BUFFER_BYTES = 4 << 20;

    /** A thousand of the largest, since what the system cannot take at once is lost; the default holds about 90. */
    private static final int SEND_BUFFER_BYTES = 2 << 20;

    /** Ticks in a row before the socket gets its turn again. */
    private static final int MAX_TICKS = 64;

    /** At most one line in this time about what any datagram may cause. */
    private static final long LOG_PAUSE_NANOS = 10_000_000_000L;

    /** How far a search for collectors goes; the system's default of 1 would not cross a router. */
    public static final int DEFAULT_MULTICAST_TTL = 31;

    private static final Logger LOG = LoggerFactory.getLogger(UdpHost.class);

    private final SocketLoop loop;
    private final DatagramChannel socket;
    private final InetSocketAddress local;
    private final MulticastSender multicast;
    private final HandshakeWorkers workers = new HandshakeWorkers(this::execute);
    private final Endpoint endpoint;
    private final AtomicLong unsent = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private long lastLogNanos = System.nanoTime() - LOG_PAUSE_NANOS;

    /** What an endpoint is built with. */
    public interface World extends Outbound, Offload {}

    private UdpHost(InetSocketAddress wanted, int multicastTtl, Function<World, Endpoint> endpoints)
            throws IOException {
        this.loop = new SocketLoop(new EndpointTurns());
        try {
            this.socket = bind(wanted, loop);
            this.local = (InetSocketAddress) socket.getLocalAddress();
            this.multicast = new MulticastSender(loop, multicastTtl);
            this.endpoint = endpoints.apply(new LoopWorld());
        } catch (IOException | RuntimeException e) {
            loop.close();
            throw e;
        }
    }

    /**
     * Binds and starts.
     *
     * @param local port 0 for any; the wildcard address takes IPv4 and IPv6
     * @param endpoints makes the endpoint; called once, before this returns
     */
    public static UdpHost open(InetSocketAddress local, Function<World, Endpoint> endpoints) throws UdpException {
        return open(local, DEFAULT_MULTICAST_TTL, endpoints);
    }

    /**
     * The same, where searches by multicast may cross another number of routers.
     *
     * @param multicastTtl 1 to 255
     */
    public static UdpHost open(InetSocketAddress local, int multicastTtl, Function<World, Endpoint> endpoints)
            throws UdpException {
        if (local.isUnresolved()) {
            throw new UdpException("cannot listen on UDP " + local.getHostString() + ": no such host name", null);
        }
        try {
            var host = new UdpHost(local, multicastTtl, endpoints);
            host.loop.start();
            return host;
        } catch (IOException e) {
            throw cannotBind(local, e);
        }
    }

    /** Where datagrams arrive, with the port that was given. */
    public InetSocketAddress localAddress() {
        return local;
    }

    /** Datagrams that the socket refused to send. */
    public long unsent() {
        return unsent.get();
    }

    /** How often the endpoint or the loop threw; each time is a defect of this program, or want of memory. */
    public long failures() {
        return failures.get();
    }

    /** Runs on the loop's thread, then gives the endpoint its turn. Does nothing after {@link #close}. */
    public void execute(Runnable task) {
        if (!loop.execute(task)) {
            LOG.debug("event=task-after-close");
        }
    }

    /** Listens for agents' searches on every interface that can multicast; returns how many. */
    public int join(InetAddress multicastGroup) throws UdpException {
        int joined = 0;
        try {
            for (NetworkInterface each : MulticastSender.interfaces()) {
                joined += joins(multicastGroup, each) ? 1 : 0;
            }
        } catch (SocketException e) {
            throw new UdpException("cannot list this host's network interfaces to listen for searching agents", e);
        }
        return joined;
    }

    private boolean joins(InetAddress multicastGroup, NetworkInterface by) {
        try {
            socket.join(multicastGroup, by);
            return true;
        } catch (IOException | RuntimeException e) {
            LOG.debug("event=multicast-join-failed interface={}", by.getName(), e);
            return false;
        }
    }

    /** Closes the socket and stops the threads. Not to be called on the loop's own thread. */
    @Override
    public void close() {
        loop.close();
        workers.close();
    }

    private static DatagramChannel bind(InetSocketAddress local, SocketLoop loop) throws IOException {
        DatagramChannel socket = DatagramChannel.open();
        try {
            socket.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER_BYTES);
            socket.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER_BYTES);
            socket.bind(local);
            loop.read(socket);
            int granted = socket.getOption(StandardSocketOptions.SO_RCVBUF);
            if (granted < RECEIVE_BUFFER_BYTES) {
                LOG.warn(
                        "event=receive-buffer-clipped wanted={} got={} do=\"sysctl -w net.core.rmem_max={}\"",
                        RECEIVE_BUFFER_BYTES,
                        granted,
                        RECEIVE_BUFFER_BYTES);
            }
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static UdpException cannotBind(InetSocketAddress local, Throwable cause) {
        String where = local.getAddress().isAnyLocalAddress()
                ? "port " + local.getPort()
                : local.getAddress().getHostAddress() + " port " + local.getPort();
        return new UdpException(
                "cannot listen on UDP " + where + ": " + cause.getMessage()
                        + ". Another program has it, or the address is not this host's: see `ss -ulnp`, or choose another",
                cause);
    }

    /** Ticks until nothing is due; returns when something will be. */
    private long drive() {
        long now = System.nanoTime();
        for (int ticks = 0; ticks < MAX_TICKS; ticks++) {
            long dueNanos = endpoint.nextDeadlineNanos();
            if (dueNanos > now) {
                return dueNanos;
            }
            endpoint.tick(now);
            now = System.nanoTime();
        }
        return now + SocketLoop.BREATHER_NANOS;
    }

    private boolean mayLog() {
        long now = System.nanoTime();
        if (now - lastLogNanos < LOG_PAUSE_NANOS) {
            return false;
        }
        lastLogNanos = now;
        return true;
    }

    private void transmit(InetSocketAddress to, byte[] packet) {
        if (!to.getAddress().isMulticastAddress()) {
            write(socket, to, packet);
            return;
        }
        try {
            multicast.send(to.getAddress(), by -> write(by, to, packet));
        } catch (IOException | RuntimeException e) {
            // The next attempt looks at the interfaces again.
            notSent(to, e);
        }
    }

    private void write(DatagramChannel by, InetSocketAddress to, byte[] packet) {
        try {
            if (by.send(ByteBuffer.wrap(packet), to) == 0) {
                notSent(to, null);
            }
        } catch (IOException | RuntimeException e) {
            // A RuntimeException where the address is of a family that the socket or this host does not have.
            notSent(to, e);
        }
    }

    private void notSent(InetSocketAddress to, @Nullable Throwable cause) {
        unsent.incrementAndGet();
        LOG.debug("event=send-failed to={}", to, cause);
    }

    private final class EndpointTurns implements SocketLoop.Turns {
        @Override
        public void received(InetSocketAddress from, byte[] packet) {
            endpoint.datagram(from, packet, System.nanoTime());
        }

        @Override
        public void failed(Throwable e) {
            failures.incrementAndGet();
            if (mayLog()) {
                LOG.error("event=endpoint-failed times={}", failures.get(), e);
            }
        }

        @Override
        public long end() {
            return drive();
        }
    }

    private final class LoopWorld implements World {
        @Override
        public void send(InetSocketAddress to, byte[] packet) {
            transmit(to, packet);
        }

        @Override
        public <T> boolean submit(Supplier<T> work, Consumer<T> done) {
            return workers.submit(work, done);
        }
    }
}
