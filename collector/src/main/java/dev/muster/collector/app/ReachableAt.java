package dev.muster.collector.app;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Where agents on other hosts may find this collector, as far as this host knows: a translated address it cannot. */
final class ReachableAt {
    private static final int MAX_ADDRESSES = 16;
    /** Of documentation networks (RFC 5737, RFC 3849), so that only the default route leads there. Nothing is sent. */
    private static final List<InetSocketAddress> ANYWHERE = List.of(
            new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 9),
            new InetSocketAddress(InetAddress.ofLiteral("2001:db8::1"), 9));

    private ReachableAt() {}

    /** The one that it listens at; or all of this host, that of the default route first. */
    static List<InetSocketAddress> of(InetSocketAddress listens) {
        if (!listens.getAddress().isAnyLocalAddress()) {
            return List.of(listens);
        }
        return all(
                Stream.concat(ANYWHERE.stream().flatMap(ReachableAt::sourceTowards), interfaces()), listens.getPort());
    }

    static List<InetSocketAddress> all(Stream<InetAddress> addresses, int port) {
        Set<InetSocketAddress> all = new LinkedHashSet<>();
        addresses
                .filter(address -> !address.isAnyLocalAddress()
                        && !address.isLoopbackAddress()
                        && !address.isLinkLocalAddress()
                        && !address.isMulticastAddress())
                .map(address -> new InetSocketAddress(address, port))
                .forEach(all::add);
        return all.stream().limit(MAX_ADDRESSES).toList();
    }

    private static Stream<InetAddress> sourceTowards(InetSocketAddress there) {
        var family = there.getAddress().getAddress().length == 4
                ? StandardProtocolFamily.INET
                : StandardProtocolFamily.INET6;
        try (DatagramChannel channel = DatagramChannel.open(family);
                DatagramSocket socket = channel.socket()) {
            socket.connect(there);
            return Stream.of(socket.getLocalAddress());
        } catch (IOException | java.io.UncheckedIOException noRoute) {
            return Stream.empty();
        }
    }

    private static Stream<InetAddress> interfaces() {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(ReachableAt::isUp)
                    .map(NetworkInterface::inetAddresses)
                    .map(Stream::toList)
                    .flatMap(Collection::stream);
        } catch (SocketException e) {
            return Stream.empty();
        }
    }

    private static boolean isUp(NetworkInterface each) {
        try {
            return each.isUp();
        } catch (SocketException e) {
            return false;
        }
    }
}
