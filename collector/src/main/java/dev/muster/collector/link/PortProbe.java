package dev.muster.collector.link;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Optional;

/**
 * Finds out whether nobody listens at a port: only a connected socket hears ICMP's "port unreachable" (RFC 1122, 4.1.3.3). An agent drops
 * what is sent here without a word; so silence says nothing.
 */
final class PortProbe implements AutoCloseable {
    /** Type 0 is none of the wire protocol's. */
    private static final byte[] NOTHING = {0};

    private final DatagramChannel channel;
    private boolean closed;

    private PortProbe(DatagramChannel channel) {
        this.channel = channel;
    }

    /** Empty where this system has no way there, or no socket left. */
    static Optional<PortProbe> open(InetSocketAddress to) {
        try {
            DatagramChannel channel = DatagramChannel.open();
            try {
                channel.configureBlocking(false);
                channel.connect(to);
                return Optional.of(new PortProbe(channel));
            } catch (IOException e) {
                channel.close();
                return Optional.empty();
            }
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    void knock() {
        try {
            int _ = channel.write(ByteBuffer.wrap(NOTHING));
        } catch (PortUnreachableException e) {
            closed = true;
        } catch (IOException e) {
            // No route, or no buffer: that says nothing about the port.
        }
    }

    /** Whether the host's system has said so. */
    boolean isClosed() {
        try {
            int _ = channel.read(ByteBuffer.allocate(NOTHING.length));
        } catch (PortUnreachableException e) {
            closed = true;
        } catch (IOException e) {
            // As above.
        }
        return closed;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing is lost with it.
        }
    }
}
