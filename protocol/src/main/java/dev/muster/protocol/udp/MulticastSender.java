package dev.muster.protocol.udp;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Sends by every interface that can multicast. Which interface a datagram leaves by is its socket's property, and what a wildcard socket
 * may send depends on its family, so each family has a socket for this alone, opened when first used. Owned by the loop's thread.
 */
final class MulticastSender {
    private final SocketLoop loop;
    private final int ttl;
    private final Map<StandardProtocolFamily, DatagramChannel> sockets = new EnumMap<>(StandardProtocolFamily.class);

    /**
     * Opens no socket yet.
     *
     * @param loop reads the answers, which come to the socket that asked
     * @param ttl how many routers a search may cross
     */
    MulticastSender(SocketLoop loop, int ttl) {
        this.loop = loop;
        this.ttl = ttl;
    }

    /** Hands a socket to {@code write} once for each interface, set to leave by it; one that fails does not keep it from the others. */
    void send(InetAddress group, Consumer<DatagramChannel> write) throws IOException {
        DatagramChannel socket =
                socket(group instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        for (NetworkInterface each : interfaces()) {
            if (each.getInterfaceAddresses().stream().anyMatch(a -> sameFamily(a.getAddress(), group))) {
                socket.setOption(StandardSocketOptions.IP_MULTICAST_IF, each);
                write.accept(socket);
            }
        }
    }

    private DatagramChannel socket(StandardProtocolFamily family) throws IOException {
        DatagramChannel known = sockets.get(family);
        if (known != null) {
            return known;
        }
        DatagramChannel opened = open(family);
        sockets.put(family, opened);
        return opened;
    }

    private DatagramChannel open(ProtocolFamily family) throws IOException {
        DatagramChannel socket = DatagramChannel.open(family);
        try {
            socket.bind(new InetSocketAddress(family == StandardProtocolFamily.INET ? "0.0.0.0" : "::", 0));
            socket.setOption(StandardSocketOptions.IP_MULTICAST_TTL, ttl);
            loop.read(socket);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
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
