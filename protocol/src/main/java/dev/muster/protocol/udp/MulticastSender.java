package dev.muster.protocol.udp;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Sends by every interface that can multicast. Which interface a datagram leaves by is its socket's property, and what a wildcard socket
 * may send depends on its family, so each family has a socket for this alone, opened when first used. Owned by the loop's thread.
 */
final class MulticastSender {
    private final EventLoop loop;
    private final Supplier<ChannelHandler> receivers;
    private final int ttl;
    private final Map<SocketProtocolFamily, DatagramChannel> sockets = new EnumMap<>(SocketProtocolFamily.class);

    /**
     * Opens no socket yet.
     *
     * @param receivers makes what takes the answers, which come to the socket that asked
     * @param ttl how many routers a search may cross
     */
    MulticastSender(EventLoop loop, Supplier<ChannelHandler> receivers, int ttl) {
        this.loop = loop;
        this.ttl = ttl;
        this.receivers = receivers;
    }

    /** Hands a socket to {@code write} once for each interface, set to leave by it. */
    void send(InetAddress group, Consumer<DatagramChannel> write) throws SocketException {
        var family = group instanceof Inet4Address ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
        DatagramChannel socket = sockets.get(family);
        if (socket == null) {
            socket = open(family);
            sockets.put(family, socket);
        }
        for (NetworkInterface each : interfaces()) {
            if (each.getInterfaceAddresses().stream().anyMatch(a -> sameFamily(a.getAddress(), group))) {
                socket.config().setNetworkInterface(each);
                write.accept(socket);
            }
        }
    }

    void close() {
        sockets.values().forEach(DatagramChannel::close);
        sockets.clear();
    }

    private DatagramChannel open(SocketProtocolFamily family) throws SocketException {
        String any = family == SocketProtocolFamily.INET ? "0.0.0.0" : "::";
        // On the loop's own thread all of this is done at once, when bind returns.
        ChannelFuture bound = new Bootstrap()
                .group(loop)
                .channelFactory(() -> new NioDatagramChannel(family))
                .handler(receivers.get())
                .bind(new InetSocketAddress(any, 0));
        DatagramChannel socket = (DatagramChannel) bound.channel();
        if (bound.isDone() && !bound.isSuccess()) {
            throw new SocketException("no socket to search by multicast: " + bound.cause());
        }
        socket.config().setTimeToLive(ttl);
        return socket;
    }

    private static boolean sameFamily(InetAddress one, InetAddress other) {
        return one.getAddress().length == other.getAddress().length;
    }

    /** Up, able to multicast, and with an address. */
    static List<NetworkInterface> interfaces() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .filter(MulticastSender::usable)
                .toList();
    }

    private static boolean usable(NetworkInterface each) {
        try {
            return each.isUp()
                    && each.supportsMulticast()
                    && each.inetAddresses().findAny().isPresent();
        } catch (SocketException e) {
            return false; // went away while we looked
        }
    }
}
