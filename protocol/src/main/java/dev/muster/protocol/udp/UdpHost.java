package dev.muster.protocol.udp;

import dev.muster.protocol.transport.Endpoint;
import dev.muster.protocol.transport.Offload;
import dev.muster.protocol.transport.Outbound;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one {@link Endpoint} on one UDP socket: one event loop thread owns both. What the endpoint must be asked from outside goes through
 * {@link #execute}.
 */
public final class UdpHost implements AutoCloseable {
    /** Holds some 20,000 small datagrams; the default holds about 256. */
    private static final int RECEIVE_BUFFER_BYTES = 4 << 20;

    /** Larger datagrams than any of ours are cut, and then malformed. */
    private static final int MAX_DATAGRAM_BYTES = 2_048;

    /** Datagrams read in a row. An allocator that says nothing of it would read one, and ask the selector before each. */
    private static final int DATAGRAMS_A_TURN = 64;

    /** Ticks in a row before the socket gets its turn again. */
    private static final int MAX_TICKS = 64;

    /** An endpoint that threw, or that wants tick after tick, is not asked again before this. */
    private static final long BREATHER_NANOS = 10_000_000L;

    /** At most one line in this time about what any datagram may cause. */
    private static final long LOG_PAUSE_NANOS = 10_000_000_000L;

    private static final long SHUTDOWN_MILLIS = 1_000;

    /** How far a search for collectors goes; the system's default of 1 would not cross a router. */
    public static final int DEFAULT_MULTICAST_TTL = 31;

    private static final Logger LOG = LoggerFactory.getLogger(UdpHost.class);

    private final EventLoopGroup group;
    private final EventLoop loop;
    private final DatagramChannel channel;
    private final MulticastSender multicast;
    private final HandshakeWorkers workers = new HandshakeWorkers(this::execute);
    private final Endpoint endpoint;
    private final AtomicLong unsent = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private @Nullable ScheduledFuture<?> timer;
    private long timerNanos = Long.MAX_VALUE;
    private long lastLogNanos = System.nanoTime() - LOG_PAUSE_NANOS;

    /** What an endpoint is built with. */
    public interface World extends Outbound, Offload {}

    private UdpHost(InetSocketAddress local, int multicastTtl, Function<World, Endpoint> endpoints)
            throws UdpException {
        this.group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("muster-udp", true), NioIoHandler.newFactory());
        this.loop = group.next();
        try {
            this.channel = bind(local);
            this.multicast = new MulticastSender(loop, Receiver::new, multicastTtl);
            this.endpoint = endpoints.apply(new LoopWorld());
        } catch (UdpException | RuntimeException e) {
            group.shutdownGracefully(0, SHUTDOWN_MILLIS, TimeUnit.MILLISECONDS);
            throw e;
        }
        execute(() -> channel.config().setAutoRead(true));
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
        return new UdpHost(local, multicastTtl, endpoints);
    }

    /** Where datagrams arrive, with the port that was given. */
    public InetSocketAddress localAddress() {
        return channel.localAddress();
    }

    /** Datagrams that the socket refused to send. */
    public long unsent() {
        return unsent.get();
    }

    /** How often the endpoint threw; each time is a defect of this program. */
    public long failures() {
        return failures.get();
    }

    /** Runs on the loop's thread, then gives the endpoint its turn. Does nothing after {@link #close}. */
    public void execute(Runnable task) {
        try {
            loop.execute(() -> {
                guard(task);
                drive();
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("event=task-after-close");
        }
    }

    /** Listens for agents' searches on every interface that can multicast; returns how many. */
    public int join(InetAddress multicastGroup) throws UdpException {
        int joined = 0;
        try {
            for (NetworkInterface each : MulticastSender.interfaces()) {
                var future = channel.joinGroup(multicastGroup, each, null).awaitUninterruptibly();
                if (future.isSuccess()) {
                    joined++;
                } else {
                    LOG.debug("event=multicast-join-failed interface={}", each.getName(), future.cause());
                }
            }
        } catch (SocketException e) {
            throw new UdpException("cannot list this host's network interfaces to listen for searching agents", e);
        }
        return joined;
    }

    /** Closes the socket and stops the threads. Not to be called on the loop's own thread. */
    @Override
    public void close() {
        execute(multicast::close);
        channel.close().awaitUninterruptibly(SHUTDOWN_MILLIS);
        workers.close();
        group.shutdownGracefully(0, SHUTDOWN_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly(2 * SHUTDOWN_MILLIS);
    }

    private DatagramChannel bind(InetSocketAddress local) throws UdpException {
        if (local.isUnresolved()) {
            throw new UdpException("cannot listen on UDP " + local.getHostString() + ": no such host name", null);
        }
        var bound = new Bootstrap()
                .group(loop)
                .channelFactory(NioDatagramChannel::new)
                // Nothing is read before the endpoint stands.
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
                .option(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new FixedRecvByteBufAllocator(MAX_DATAGRAM_BYTES).maxMessagesPerRead(DATAGRAMS_A_TURN))
                .handler(new Receiver())
                .bind(local)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw cannotBind(local, bound.cause());
        }
        DatagramChannel open = (DatagramChannel) bound.channel();
        int granted = open.config().getReceiveBufferSize();
        if (granted < RECEIVE_BUFFER_BYTES) {
            LOG.warn(
                    "event=receive-buffer-clipped wanted={} got={} do=\"sysctl -w net.core.rmem_max={}\"",
                    RECEIVE_BUFFER_BYTES,
                    granted,
                    RECEIVE_BUFFER_BYTES);
        }
        return open;
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

    /** Ticks until nothing is due, then sets the timer. */
    private void drive() {
        long now = System.nanoTime();
        boolean well = true;
        int ticks = 0;
        while (well && ticks < MAX_TICKS && endpoint.nextDeadlineNanos() <= now) {
            long at = now;
            well = guard(() -> endpoint.tick(at));
            now = System.nanoTime();
            ticks++;
        }
        schedule(well && ticks < MAX_TICKS ? endpoint.nextDeadlineNanos() : now + BREATHER_NANOS, now);
    }

    /** A timer that is set for earlier stays: it rings for nothing once, and most deadlines move later with each packet. */
    private void schedule(long atNanos, long now) {
        if (timer != null && timerNanos <= atNanos) {
            return;
        }
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
        timerNanos = atNanos;
        if (atNanos == Long.MAX_VALUE || loop.isShuttingDown()) {
            return;
        }
        Runnable ring = () -> {
            timer = null;
            drive();
        };
        timer = loop.schedule(ring, Math.max(0, atNanos - now), TimeUnit.NANOSECONDS);
    }

    /** A defect of the endpoint costs one datagram or tick, not the loop. */
    private boolean guard(Runnable step) {
        try {
            step.run();
            return true;
        } catch (RuntimeException e) {
            failures.incrementAndGet();
            if (mayLog()) {
                LOG.error("event=endpoint-failed times={}", failures.get(), e);
            }
            return false;
        }
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
            write(channel, to, packet);
            return;
        }
        try {
            multicast.send(to.getAddress(), from -> write(from, to, packet.clone()));
        } catch (SocketException | RuntimeException e) {
            // Netty wraps what the kernel says about an interface. The next attempt looks at the interfaces again.
            notSent(to, e);
        }
    }

    private void write(DatagramChannel from, InetSocketAddress to, byte[] packet) {
        from.writeAndFlush(new DatagramPacket(Unpooled.wrappedBuffer(packet), to))
                .addListener(done -> {
                    if (!done.isSuccess()) {
                        notSent(to, done.cause());
                    }
                });
    }

    private void notSent(InetSocketAddress to, @Nullable Throwable cause) {
        unsent.incrementAndGet();
        LOG.debug("event=send-failed to={}", to, cause);
    }

    private final class Receiver extends SimpleChannelInboundHandler<DatagramPacket> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
            byte[] bytes = new byte[packet.content().readableBytes()];
            packet.content().readBytes(bytes);
            guard(() -> endpoint.datagram(packet.sender(), bytes, System.nanoTime()));
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            drive();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // For example an ICMP error of an earlier datagram: the protocol recovers by itself.
            LOG.debug("event=socket-error", cause);
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
