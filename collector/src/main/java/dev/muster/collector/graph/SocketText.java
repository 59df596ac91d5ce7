package dev.muster.collector.graph;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/** An address and port as the graph keeps them: {@code 192.0.2.1:1984}, {@code 2001:db8::1:1984} with the port after the last colon. */
final class SocketText {
    private SocketText() {}

    static String of(InetSocketAddress at) {
        return at.getAddress().getHostAddress() + ":" + at.getPort();
    }

    /** Empty for anything else; names are not looked up. */
    static Optional<InetSocketAddress> parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            return Optional.empty();
        }
        try {
            InetAddress address = InetAddress.ofLiteral(text.substring(0, colon));
            return Optional.of(new InetSocketAddress(address, Integer.parseInt(text.substring(colon + 1))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
