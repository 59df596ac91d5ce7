package dev.muster.protocol.udp;

import dev.muster.protocol.transport.Endpoint;
import dev.muster.protocol.transport.Offload;
import dev.muster.protocol.transport.Outbound;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
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

    /** How far a search for collectors goes; the default of 1 would not cross a router. */
    private static final int MULTICAST_TTL = 31;

    /** Ticks in a row before the socket gets its turn again. */
    private static final int MAX_TICKS = 64;

    private static final int OFFLOAD_WORKERS = 2;
    private static final int OFFLOAD_QUEUE = 256;
    private static final long SHUTDOWN_MILLIS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(UdpHost.class);

    private final EventLoopGroup group;
    private final EventLoop loop;
    private final DatagramChannel channel;
    private final Endpoint endpoint;
    private final AtomicLong unsent = new AtomicLong();
    private @Nullable DatagramChannel multicast;
    private @Nullable ScheduledFuture<?> timer;
    private long timerNanos = Long.MAX_VALUE;

    /** What an endpoint is built with. */
    public interface World extends Outbound, Offload {}

    private UdpHost(InetSocketAddress local, Function<World, Endpoint> endpoints) throws UdpException {
        this.group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("muster-udp", true), NioIoHandler.newFactory());
        this.loop = group.next();
        try {
            this.channel = bind(new NioDatagramChannel(), local);
        } catch (UdpException e) {
            group.shutdownGracefully(0, SHUTDOWN_MILLIS, TimeUnit.MILLISECONDS);
            throw e;
        }
        this.endpoint = endpoints.apply(new LoopWorld());
        execute(() -> {});
    }

    /**
     * Binds and starts.
     *
     * @param local port 0 for any; the wildcard address takes IPv4 and IPv6
     * @param endpoints makes the endpoint; called once, before this returns
     */
    public static UdpHost open(InetSocketAddress local, Function<World, Endpoint> endpoints) throws UdpException {
        return new UdpHost(local, endpoints);
    }

    /** Where datagrams arrive, with the port that was given. */
    public InetSocketAddress localAddress() {
        return channel.localAddress();
    }

    /** Datagrams that the socket refused to send. */
    public long unsent() {
        return unsent.get();
    }

    /** Runs on the loop's thread, then gives the endpoint its turn. Does nothing after {@link #close}. */
    public void execute(Runnable task) {
        try {
            loop.execute(() -> {
                task.run();
                drive();
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("event=task-after-close");
        }
    }

    /** Listens for agents' searches on every interface that can multicast; returns how many. */
    public int join(InetAddress multicastGroup) {
        int joined = 0;
        for (NetworkInterface each : multicastInterfaces()) {
            var future = channel.joinGroup(multicastGroup, each, null).awaitUninterruptibly();
            if (future.isSuccess()) {
                joined++;
            } else {
                LOG.warn("event=multicast-join-failed interface={} error={}", each.getName(), future.cause());
            }
        }
        return joined;
    }

    @Override
    public void close() {
        channel.close().awaitUninterruptibly(SHUTDOWN_MILLIS);
        if (multicast != null) {
            multicast.close().awaitUninterruptibly(SHUTDOWN_MILLIS);
        }
        group.shutdownGracefully(0, SHUTDOWN_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly(2 * SHUTDOWN_MILLIS);
    }

    private DatagramChannel bind(NioDatagramChannel unbound, InetSocketAddress local) throws UdpException {
        var bound = new Bootstrap()
                .group(loop)
                .channelFactory(() -> unbound)
                .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(MAX_DATAGRAM_BYTES))
                .option(ChannelOption.IP_MULTICAST_TTL, MULTICAST_TTL)
                .handler(new ChannelInitializer<DatagramChannel>() {
                    @Override
                    protected void initChannel(DatagramChannel ready) {
                        ready.pipeline().addLast(new Receiver());
                    }
                })
                .bind(local)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            String shown = local.getAddress().isAnyLocalAddress()
                    ? "port " + local.getPort()
                    : local.getAddress().getHostAddress() + " port " + local.getPort();
            throw new UdpException(
                    "cannot listen on UDP " + shown + ": " + bound.cause().getMessage()
                            + ". Another program has it, or the address is not this host's: see `ss -ulnp`, or choose another",
                    bound.cause());
        }
        return (DatagramChannel) bound.channel();
    }

    /** Ticks until nothing is due, then sets the timer. */
    private void drive() {
        long now = System.nanoTime();
        for (int i = 0; i < MAX_TICKS && endpoint.nextDeadlineNanos() <= now; i++) {
            endpoint.tick(now);
            now = System.nanoTime();
        }
        long next = endpoint.nextDeadlineNanos();
        if (timer != null && next == timerNanos) {
            return;
        }
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
        timerNanos = next;
        if (next != Long.MAX_VALUE) {
            timer = loop.schedule(
                    () -> {
                        timer = null;
                        drive();
                    },
                    Math.max(0, next - now),
                    TimeUnit.NANOSECONDS);
        }
    }

    private void transmit(InetSocketAddress to, byte[] packet) {
        if (!to.getAddress().isMulticastAddress()) {
            write(channel, to, packet);
            return;
        }
        try {
            DatagramChannel from = multicastChannel(to.getAddress());
            for (NetworkInterface each : multicastInterfaces()) {
                from.config().setNetworkInterface(each);
                write(from, to, packet.clone());
            }
        } catch (UdpException | RuntimeException e) {
            unsent.incrementAndGet();
            LOG.debug("event=multicast-send-failed", e);
        }
    }

    /** A search needs its own socket: which interface a datagram leaves by is the socket's property. */
    private DatagramChannel multicastChannel(InetAddress groupAddress) throws UdpException {
        if (groupAddress instanceof Inet4Address && multicast == null) {
            multicast = openMulticast();
        }
        return multicast != null && groupAddress instanceof Inet4Address ? multicast : channel;
    }

    private DatagramChannel openMulticast() throws UdpException {
        var own = new NioDatagramChannel(SocketProtocolFamily.INET);
        own.config().setTimeToLive(MULTICAST_TTL);
        own.pipeline().addLast(new Receiver());
        loop.register(own);
        var bound = own.bind(new InetSocketAddress("0.0.0.0", 0));
        if (bound.isDone() && !bound.isSuccess()) {
            throw new UdpException("cannot open a socket to search by multicast", bound.cause());
        }
        return own;
    }

    private void write(DatagramChannel from, InetSocketAddress to, byte[] packet) {
        from.writeAndFlush(new DatagramPacket(Unpooled.wrappedBuffer(packet), to))
                .addListener(done -> {
                    if (!done.isSuccess()) {
                        unsent.incrementAndGet();
                        LOG.debug("event=send-failed to={}", to, done.cause());
                    }
                });
    }

    private static List<NetworkInterface> multicastInterfaces() {
        try {
            List<NetworkInterface> able = NetworkInterface.networkInterfaces()
                    .filter(UdpHost::canMulticast)
                    .toList();
            return able;
        } catch (SocketException e) {
            LOG.warn("event=interfaces-unreadable error={}", e.toString());
            return List.of();
        }
    }

    private static boolean canMulticast(NetworkInterface each) {
        try {
            return each.isUp()
                    && each.supportsMulticast()
                    && each.getInetAddresses().hasMoreElements();
        } catch (SocketException e) {
            return false; // went away while we looked
        }
    }

    private final class Receiver extends SimpleChannelInboundHandler<DatagramPacket> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
            byte[] bytes = new byte[packet.content().readableBytes()];
            packet.content().readBytes(bytes);
            endpoint.datagram(packet.sender(), bytes, System.nanoTime());
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
        private final ExecutorService workers = new ThreadPoolExecutor(
                OFFLOAD_WORKERS,
                OFFLOAD_WORKERS,
                1,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(OFFLOAD_QUEUE),
                new DefaultThreadFactory("muster-handshake", true));

        @Override
        public void send(InetSocketAddress to, byte[] packet) {
            if (to.isUnresolved()) {
                unsent.incrementAndGet();
                return;
            }
            transmit(to, packet);
        }

        @Override
        public <T> boolean submit(Supplier<T> work, Consumer<T> done) {
            try {
                workers.execute(() -> {
                    T result = work.get();
                    UdpHost.this.execute(() -> done.accept(result));
                });
                return true;
            } catch (RejectedExecutionException e) {
                return false;
            }
        }
    }
}
