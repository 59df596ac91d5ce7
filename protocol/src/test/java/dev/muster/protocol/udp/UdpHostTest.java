package dev.muster.protocol.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.session.Acceptor;
import dev.muster.protocol.session.Association;
import dev.muster.protocol.session.ChannelListener;
import dev.muster.protocol.session.Collector;
import dev.muster.protocol.session.Established;
import dev.muster.protocol.session.InitiatorConfig;
import dev.muster.protocol.session.InitiatorEndpoint;
import dev.muster.protocol.session.InitiatorListener;
import dev.muster.protocol.session.ResponderConfig;
import dev.muster.protocol.session.ResponderEndpoint;
import dev.muster.protocol.session.Trust;
import dev.muster.protocol.stream.ReceiveBudget;
import dev.muster.protocol.stream.RecordType;
import dev.muster.protocol.stream.StreamLimits;
import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.transport.Endpoint;
import dev.muster.protocol.wire.CollectorRun;
import dev.muster.protocol.wire.SpoolId;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real sockets on the loopback; everything else of the protocol is tested in virtual time. */
final class UdpHostTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final StaticKeys COLLECTOR_KEYS = StaticKeys.generate(new Random(1));
    private static final int CHANNEL = 1;

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void carriesRecordsBothWays(String address) throws IOException {
        Assumptions.assumeTrue(canBind(address), "this host has no " + address);
        var collector = new Receiving();
        try (UdpHost there = collector.open(address)) {
            var agent = new Sending(10);
            try (UdpHost here = agent.open(address)) {
                here.execute(() -> agent.lookAt(there.localAddress()));
                await().atMost(SOON).until(() -> collector.received.size() == 10 && agent.received.size() == 10);
                assertThat(collector.received).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
                assertThat(agent.received).containsExactlyElementsOf(collector.received);
                assertThat(here.failures() + there.failures()).isZero();
            }
        }
    }

    @Test
    void findsACollectorByMulticastAndThenSpeaksToItsOwnAddress() throws IOException {
        InetAddress group = InetAddress.getByName("239.255.19.84"); // administratively scoped: stays on this site
        Assumptions.assumeTrue(multicastWorks(group), "this host cannot multicast to itself");
        var collector = new Receiving();
        try (UdpHost there = collector.open("0.0.0.0")) {
            assertThat(there.join(group)).isPositive();
            var agent = new Sending(1);
            try (UdpHost here = agent.open("0.0.0.0")) {
                var search = new InetSocketAddress(group, there.localAddress().getPort());
                here.execute(() -> agent.lookAt(search));
                await().atMost(SOON).until(() -> collector.received.size() == 1);
                assertThat(agent.sessions.element().address().getAddress().isMulticastAddress())
                        .isFalse();
            }
        }
    }

    @Test
    void saysWhatToDoWhenThePortIsTaken() throws IOException {
        try (var holder = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
            var taken = new InetSocketAddress("127.0.0.1", holder.getLocalPort());
            assertThatThrownBy(() -> UdpHost.open(taken, _ -> new Idle()))
                    .isInstanceOf(UdpException.class)
                    .hasMessageContaining("127.0.0.1 port " + holder.getLocalPort())
                    .hasMessageContaining("ss -ulnp");
        }
    }

    @Test
    void saysSoWhenTheNameOfTheAddressIsUnknown() {
        var unknown = InetSocketAddress.createUnresolved("no-such-host.invalid", 1984);
        assertThatThrownBy(() -> UdpHost.open(unknown, _ -> new Idle()))
                .isInstanceOf(UdpException.class)
                .hasMessageContaining("no-such-host.invalid");
    }

    @Test
    void anEndpointThatThrowsIsCountedAndGoesOn() throws IOException {
        var failing = new Idle() {
            @Override
            public void datagram(InetSocketAddress from, byte[] packet, long nowNanos) {
                super.datagram(from, packet, nowNanos);
                throw new IllegalStateException("a defect");
            }
        };
        try (UdpHost host = UdpHost.open(new InetSocketAddress("127.0.0.1", 0), _ -> failing);
                var socket = new DatagramSocket()) {
            for (int i = 1; i <= 3; i++) {
                socket.send(new DatagramPacket(new byte[] {(byte) i}, 1, host.localAddress()));
                int sent = i;
                await().atMost(SOON).until(() -> failing.datagrams.get() == sent && host.failures() == sent);
            }
        }
    }

    @Test
    void goesOnAfterAnErrorAndAnInterrupt() throws IOException {
        var endpoint = new Idle();
        try (UdpHost host = UdpHost.open(new InetSocketAddress("127.0.0.1", 0), _ -> endpoint);
                var socket = new DatagramSocket()) {
            host.execute(() -> {
                throw new OutOfMemoryError("as if");
            });
            host.execute(() -> Thread.currentThread().interrupt());
            await().atMost(SOON).until(() -> host.failures() == 1);
            socket.send(new DatagramPacket(new byte[1], 1, host.localAddress()));
            await().atMost(SOON).until(() -> endpoint.datagrams.get() == 1);
        }
    }

    @Test
    void countsWhatCannotBeSent() throws IOException {
        var world = new AtomicReference<Optional<UdpHost.World>>(Optional.empty());
        try (UdpHost host = UdpHost.open(new InetSocketAddress("127.0.0.1", 0), given -> {
            world.set(Optional.of(given));
            return new Idle();
        })) {
            var tooLong = new byte[70_000];
            host.execute(() -> world.get().orElseThrow().send(host.localAddress(), tooLong));
            await().atMost(SOON).until(() -> host.unsent() == 1);
            assertThat(host.failures()).isZero();

            var group = new InetSocketAddress("239.255.19.84", 1984);
            long ways = MulticastSender.interfaces().stream()
                    .filter(each -> each.inetAddresses().anyMatch(Inet4Address.class::isInstance))
                    .count();
            host.execute(() -> world.get().orElseThrow().send(group, tooLong));
            await().atMost(SOON).until(() -> host.unsent() == 1 + ways);
        }
    }

    @Test
    void runsWhatWasHandedOverBeforeItWasClosed() throws IOException {
        var ran = new AtomicInteger();
        UdpHost host = UdpHost.open(new InetSocketAddress("127.0.0.1", 0), _ -> new Idle());
        for (int i = 0; i < 5_000; i++) {
            host.execute(ran::incrementAndGet);
        }
        host.close();
        assertThat(ran).hasValue(5_000);
    }

    @Test
    void anEndpointWhoseTicksThrowIsAskedAgain() throws IOException {
        var ticks = new AtomicInteger();
        var failing = new Idle() {
            @Override
            public void tick(long nowNanos) {
                ticks.incrementAndGet();
                throw new IllegalStateException("a defect");
            }

            @Override
            public long nextDeadlineNanos() {
                return Long.MIN_VALUE;
            }
        };
        try (UdpHost host = UdpHost.open(new InetSocketAddress("127.0.0.1", 0), _ -> failing)) {
            await().atMost(SOON).until(() -> ticks.get() >= 3);
            assertThat(host.failures()).isPositive();
        }
    }

    @Test
    void ticksWhenTheDeadlineComes() throws IOException {
        var ticked = new AtomicReference<Optional<Boolean>>(Optional.empty());
        long dueNanos = System.nanoTime() + 50_000_000;
        var endpoint = new Idle() {
            @Override
            public void tick(long nowNanos) {
                ticked.set(Optional.of(ticked.get().orElse(nowNanos >= dueNanos)));
            }

            @Override
            public long nextDeadlineNanos() {
                return ticked.get().isEmpty() ? dueNanos : Long.MAX_VALUE;
            }
        };
        try (UdpHost host = UdpHost.open(new InetSocketAddress("127.0.0.1", 0), _ -> endpoint)) {
            await().atMost(SOON).until(() -> ticked.get().isPresent());
            assertThat(ticked.get()).hasValue(true);
            assertThat(host.failures()).isZero();
        }
    }

    @Test
    void readsManyDatagramsBeforeItLooksForOtherWork() throws IOException {
        var turns = new AtomicInteger();
        var endpoint = new Idle() {
            @Override
            public long nextDeadlineNanos() {
                turns.incrementAndGet();
                return Long.MAX_VALUE;
            }
        };
        var sent = new CountDownLatch(1);
        try (UdpHost host = UdpHost.open(new InetSocketAddress("127.0.0.1", 0), _ -> endpoint);
                var sender = new DatagramSocket()) {
            host.execute(() -> {
                awaitUninterruptibly(sent);
                turns.set(0);
            });
            for (int i = 0; i < 128; i++) {
                sender.send(new DatagramPacket(new byte[40], 40, host.localAddress()));
            }
            sent.countDown();
            await().atMost(SOON).until(() -> endpoint.datagrams.get() == 128);
            assertThat(turns.get()).isLessThan(20);
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            assertThat(latch.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void freesItsPortWhenClosed() throws IOException {
        UdpHost first = UdpHost.open(new InetSocketAddress("127.0.0.1", 0), _ -> new Idle());
        InetSocketAddress address = first.localAddress();
        first.close();
        first.execute(() -> {
            throw new AssertionError("ran after close");
        });
        try (UdpHost second = UdpHost.open(address, _ -> new Idle())) {
            assertThat(second.localAddress()).isEqualTo(address);
        }
    }

    private static boolean canBind(String address) {
        try (var socket = new DatagramSocket(new InetSocketAddress(address, 0))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** By plain means, so that a defect of ours does not pass for an inability of the host. */
    private static boolean multicastWorks(InetAddress group) {
        try (var socket = new MulticastSocket(0)) {
            socket.setSoTimeout(500);
            NetworkInterface each = MulticastSender.interfaces().stream()
                    .findFirst()
                    .orElseThrow(() -> new IOException("no interface"));
            socket.joinGroup(new InetSocketAddress(group, socket.getLocalPort()), each);
            socket.setNetworkInterface(each);
            socket.send(new DatagramPacket(new byte[1], 1, group, socket.getLocalPort()));
            socket.receive(new DatagramPacket(new byte[1], 1));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static class Idle implements Endpoint {
        final AtomicInteger datagrams = new AtomicInteger();

        @Override
        public void datagram(InetSocketAddress from, byte[] packet, long nowNanos) {
            datagrams.incrementAndGet();
        }

        @Override
        public void tick(long nowNanos) {}

        @Override
        public long nextDeadlineNanos() {
            return Long.MAX_VALUE;
        }
    }

    /** A collector that says every record back. */
    private static final class Receiving implements Acceptor {
        final Queue<Long> received = new ConcurrentLinkedQueue<>();

        UdpHost open(String address) throws UdpException {
            var config = new ResponderConfig(
                    List.of(COLLECTOR_KEYS),
                    new CollectorRun(1, 2),
                    ResponderConfig.DEFAULT_KEEPALIVE,
                    StreamLimits.defaults(ReceiveBudget.unlimited()),
                    new Random(2),
                    InstantSource.system());
            return UdpHost.open(
                    new InetSocketAddress(address, 0),
                    world -> new ResponderEndpoint(config, _ -> Trust.TRUSTED, this, world, world));
        }

        @Override
        public ChannelListener established(Association association) {
            return new ChannelListener() {
                @Override
                public void record(int channel, StreamRecord record) {
                    received.add(record.seq());
                    association.offer(channel, record);
                }

                @Override
                public void deadRecord(int channel, long seq, int type, String error) {}
            };
        }

        @Override
        public void closed(Association association, String reason) {}
    }

    /** An agent that sends so many records. */
    private static final class Sending implements InitiatorListener {
        final Queue<Long> received = new ConcurrentLinkedQueue<>();
        final Queue<Established> sessions = new ConcurrentLinkedQueue<>();
        private final int count;
        private final AtomicReference<InitiatorEndpoint> endpoint = new AtomicReference<>();
        private int next = 1;

        Sending(int count) {
            this.count = count;
        }

        UdpHost open(String address) throws UdpException {
            var config = new InitiatorConfig(
                    StaticKeys.generate(new Random(3)),
                    new SpoolId(3, 4),
                    5,
                    StreamLimits.defaults(ReceiveBudget.unlimited()),
                    new Random(6),
                    InstantSource.system());
            return UdpHost.open(new InetSocketAddress(address, 0), world -> {
                endpoint.set(new InitiatorEndpoint(config, world, this));
                return endpoint.get();
            });
        }

        void lookAt(InetSocketAddress place) {
            PublicKey key = COLLECTOR_KEYS.publicKey();
            endpoint.get().collectors(List.of(new Collector(place, key)));
        }

        @Override
        public void established(Established session) {
            sessions.add(session);
            writable();
        }

        @Override
        public void writable() {
            byte[] body = new byte[3_000];
            while (next <= count && endpoint.get().offer(CHANNEL, new StreamRecord(next, RecordType.FACTS, body))) {
                next++;
            }
        }

        @Override
        public void lost(String reason) {}

        @Override
        public void record(int channel, StreamRecord record) {
            received.add(record.seq());
        }

        @Override
        public void deadRecord(int channel, long seq, int type, String error) {}
    }
}
