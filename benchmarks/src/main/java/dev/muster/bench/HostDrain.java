package dev.muster.bench;

import dev.muster.protocol.transport.Endpoint;
import dev.muster.protocol.udp.UdpException;
import dev.muster.protocol.udp.UdpHost;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Holds a {@link UdpHost}'s loop, fills its socket, lets go, and takes the time until its endpoint has had the last datagram. */
final class HostDrain implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 10;

    private final UdpHost host;
    private final DatagramChannel sender;
    private int left;
    private long startNanos;
    private long endNanos;
    private CountDownLatch done = new CountDownLatch(1);

    HostDrain(Function<UdpHost.World, Endpoint> endpoints) throws UdpException, IOException {
        host = UdpHost.open(new InetSocketAddress("127.0.0.1", 0), world -> new Counting(endpoints.apply(world)));
        sender = DatagramChannel.open().bind(new InetSocketAddress("127.0.0.2", 0));
    }

    /** Where the datagrams come from. */
    InetSocketAddress senderAddress() throws IOException {
        return (InetSocketAddress) sender.getLocalAddress();
    }

    /** Runs on the loop's thread, and waits for it. */
    void onLoop(Runnable task) throws InterruptedException {
        var ran = new CountDownLatch(1);
        host.execute(() -> {
            task.run();
            ran.countDown();
        });
        await(ran);
    }

    /** Nanoseconds a datagram. No more than the socket's buffer holds. */
    double round(List<byte[]> packets) throws InterruptedException, IOException {
        var held = new CountDownLatch(1);
        var filled = new CountDownLatch(1);
        done = new CountDownLatch(1);
        host.execute(() -> {
            held.countDown();
            try {
                await(filled);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            left = packets.size();
            startNanos = System.nanoTime();
        });
        await(held);
        for (byte[] packet : packets) {
            sender.send(ByteBuffer.wrap(packet), host.localAddress());
        }
        filled.countDown();
        await(done);
        if (host.failures() > 0) {
            throw new IllegalStateException("the endpoint threw");
        }
        return (endNanos - startNanos) / (double) packets.size();
    }

    @Override
    public void close() throws IOException {
        sender.close();
        host.close();
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("datagrams were lost: is net.core.rmem_max at least 4 MiB?");
        }
    }

    private final class Counting implements Endpoint {
        private final Endpoint counted;

        Counting(Endpoint counted) {
            this.counted = counted;
        }

        @Override
        public void datagram(InetSocketAddress from, byte[] packet, long nowNanos) {
            counted.datagram(from, packet, nowNanos);
            if (--left == 0) {
                endNanos = System.nanoTime();
                done.countDown();
            }
        }

        @Override
        public void tick(long nowNanos) {
            counted.tick(nowNanos);
        }

        @Override
        public long nextDeadlineNanos() {
            return counted.nextDeadlineNanos();
        }
    }
}
