package dev.muster.bench;

import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.session.Collector;
import dev.muster.protocol.session.DeafInitiator;
import dev.muster.protocol.session.Established;
import dev.muster.protocol.session.InitiatorEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/** Many agents with a socket and an address of 127.0.0.0/8 each, all on one thread. */
final class Fleet implements AutoCloseable {
    private static final int MAX_DATAGRAM_BYTES = 2_048;
    private static final int FIRST_NETWORK = 2;
    private static final long MAX_SELECT_MILLIS = 100;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private record Alarm(long atNanos, Member member) {}

    private final Selector selector = Selector.open();
    private final PriorityQueue<Alarm> alarms = new PriorityQueue<>(Comparator.comparingLong(Alarm::atNanos));
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_DATAGRAM_BYTES);
    private final List<Member> members = new ArrayList<>();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Thread thread = new Thread(this::run, "fleet");
    private volatile IOException failure = new IOException("none");

    /** @param count at most 65,536 */
    Fleet(int count, InetSocketAddress collector) throws IOException {
        for (int i = 0; i < count; i++) {
            members.add(new Member(i, new Collector(collector, Parts.COLLECTOR.publicKey())));
        }
    }

    /** Each makes its first attempt this long after the one before it. */
    void start(long apartNanos) {
        long start = System.nanoTime();
        for (int i = 0; i < members.size(); i++) {
            Member member = members.get(i);
            member.offeredNanos = start + i * apartNanos;
            member.alarm(member.offeredNanos);
        }
        thread.start();
    }

    /** How many agents have a session that is younger than this. */
    long establishedSince(long nanos) {
        return members.stream().filter(m -> m.establishedNanos > nanos).count();
    }

    /** When each agent's newest session stood; for {@link #close}d fleets. */
    double[] establishedNanos() {
        return members.stream().mapToDouble(m -> m.establishedNanos).toArray();
    }

    /** From the time at which each was to begin to its first session; for {@link #close}d fleets. */
    double[] firstLatencyNanos() {
        return members.stream().mapToDouble(m -> m.firstNanos - m.offeredNanos).toArray();
    }

    @Override
    public void close() throws IOException {
        stopped.set(true);
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Member member : members) {
            member.channel.close();
        }
        selector.close();
        if (failure.getCause() != null) {
            throw failure;
        }
    }

    private void run() {
        try {
            while (!stopped.get()) {
                ringAlarms();
                Alarm next = alarms.peek();
                long millis = next == null
                        ? MAX_SELECT_MILLIS
                        : Math.min(MAX_SELECT_MILLIS, (next.atNanos - System.nanoTime()) / NANOS_PER_MILLI);
                if (millis > 0) {
                    selector.select(Fleet::receive, millis);
                } else {
                    selector.selectNow(Fleet::receive);
                }
            }
        } catch (IOException e) {
            failure = new IOException("the fleet failed", e);
        }
    }

    private void ringAlarms() {
        long now = System.nanoTime();
        while (!alarms.isEmpty() && alarms.element().atNanos <= now) {
            Alarm alarm = alarms.remove();
            if (alarm.atNanos == alarm.member.alarmNanos) {
                alarm.member.ring(now);
            }
        }
    }

    private static void receive(SelectionKey key) {
        if (key.attachment() instanceof Member member) {
            member.receive();
        }
    }

    private final class Member extends DeafInitiator {
        private final DatagramChannel channel;
        private final InitiatorEndpoint endpoint;
        private long alarmNanos = Long.MAX_VALUE;
        private long offeredNanos;
        private long firstNanos;
        private volatile long establishedNanos = Long.MIN_VALUE;

        Member(int number, Collector collector) throws IOException {
            var address = InetAddress.getByAddress(
                    new byte[] {127, FIRST_NETWORK, (byte) (number >> Byte.SIZE), (byte) number});
            channel = DatagramChannel.open().bind(new InetSocketAddress(address, 0));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, this);
            endpoint = new InitiatorEndpoint(Parts.agent(StaticKeys.generate(Parts.RANDOM)), this::send, this);
            endpoint.collectors(List.of(collector));
        }

        @Override
        public void established(Established session) {
            establishedNanos = System.nanoTime();
            if (firstNanos == 0) {
                firstNanos = establishedNanos;
            }
        }

        void ring(long now) {
            endpoint.tick(now);
            alarmNanos = Long.MAX_VALUE;
            alarm(endpoint.nextDeadlineNanos());
        }

        void alarm(long atNanos) {
            if (atNanos != alarmNanos) {
                alarmNanos = atNanos;
                alarms.add(new Alarm(atNanos, this));
            }
        }

        private void receive() {
            try {
                buffer.clear();
                while (channel.receive(buffer) instanceof InetSocketAddress from) {
                    byte[] packet = new byte[buffer.flip().remaining()];
                    buffer.get(packet);
                    endpoint.datagram(from, packet, System.nanoTime());
                    buffer.clear();
                }
                alarm(endpoint.nextDeadlineNanos());
            } catch (IOException e) {
                throw new IllegalStateException("an agent's socket fails", e);
            }
        }

        private void send(InetSocketAddress to, byte[] packet) {
            try {
                channel.send(ByteBuffer.wrap(packet), to);
            } catch (IOException e) {
                throw new IllegalStateException("an agent's socket fails", e);
            }
        }
    }
}
