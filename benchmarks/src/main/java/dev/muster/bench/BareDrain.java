package dev.muster.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;

/** Fills a plain socket, then takes the time to read it empty. */
final class BareDrain implements AutoCloseable {
    /** Does something with one datagram. */
    interface Use {
        void of(ByteBuffer datagram) throws Exception;
    }

    private static final int BUFFER_BYTES = 4 << 20;
    private static final int MAX_DATAGRAM_BYTES = 2_048;

    private final DatagramChannel receiver;
    private final DatagramChannel sender;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_DATAGRAM_BYTES);

    BareDrain() throws IOException {
        receiver = DatagramChannel.open()
                .setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES)
                .bind(new InetSocketAddress("127.0.0.1", 0));
        receiver.configureBlocking(false);
        sender = DatagramChannel.open().bind(new InetSocketAddress("127.0.0.2", 0));
    }

    /** Nanoseconds a datagram. */
    double round(List<byte[]> packets, Use use) throws Exception {
        for (byte[] packet : packets) {
            sender.send(ByteBuffer.wrap(packet), receiver.getLocalAddress());
        }
        long start = System.nanoTime();
        for (int i = 0; i < packets.size(); i++) {
            buffer.clear();
            if (receiver.receive(buffer) == null) {
                throw new IllegalStateException("datagrams were lost: is net.core.rmem_max at least 4 MiB?");
            }
            use.of(buffer.flip());
        }
        return (System.nanoTime() - start) / (double) packets.size();
    }

    @Override
    public void close() throws IOException {
        receiver.close();
        sender.close();
    }
}
