package dev.muster.collector.link;

import dev.muster.collector.apply.Input;
import dev.muster.collector.apply.Inputs;
import dev.muster.collector.apply.Outcome;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.KnownAgent;
import dev.muster.collector.model.LifeSigns;
import dev.muster.protocol.message.CollectorKeys;
import dev.muster.protocol.message.Hello;
import dev.muster.protocol.message.LastRun;
import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.session.Collector;
import dev.muster.protocol.session.Established;
import dev.muster.protocol.session.InitiatorConfig;
import dev.muster.protocol.session.InitiatorEndpoint;
import dev.muster.protocol.session.InitiatorListener;
import dev.muster.protocol.session.ResponderConfig;
import dev.muster.protocol.session.ResponderEndpoint;
import dev.muster.protocol.stream.ReceiveBudget;
import dev.muster.protocol.stream.RecordType;
import dev.muster.protocol.stream.StreamLimits;
import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.udp.UdpException;
import dev.muster.protocol.udp.UdpHost;
import dev.muster.protocol.wire.CollectorRun;
import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.SpoolId;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;

/** A link and agents on real sockets of the loopback; what would be committed is noted. */
final class LinkRig implements AutoCloseable, Inputs, LifeSigns {
    static final StaticKeys KEYS = StaticKeys.generate(new Random(1));
    static final PublicKey SPARE = StaticKeys.generate(new Random(3)).publicKey();
    private static final StreamLimits LIMITS = StreamLimits.defaults(ReceiveBudget.shared(1 << 20));

    final List<Input<?>> inputs = new CopyOnWriteArrayList<>();
    volatile Outcome.Compared compared = Outcome.Compared.SAME;
    final List<String> signs = new CopyOnWriteArrayList<>();
    final TrustedAgents trusted = new TrustedAgents();
    final StandingOrders orders = new StandingOrders(
            new CollectorKeys(KEYS.publicKey(), Optional.of(SPARE)), Duration.ofSeconds(1), Duration.ofSeconds(5));
    final AgentLink link;
    final InetSocketAddress address;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final UdpHost udp;

    LinkRig() throws UdpException {
        var host = new AtomicReference<Optional<UdpHost>>(Optional.empty());
        link = new AgentLink(
                this,
                new AgentLink.Agents(trusted, orders, this, timer),
                task -> host.get().ifPresent(on -> on.execute(task)),
                Instant::now,
                Thread.ofPlatform().daemon().factory());
        var config = new ResponderConfig(
                List.of(KEYS), new CollectorRun(1, 2), Duration.ofSeconds(25), LIMITS, new Random(2), Instant::now);
        udp = UdpHost.open(loopback(), world -> new ResponderEndpoint(config, trusted, link, world, world));
        host.set(Optional.of(udp));
        address = udp.localAddress();
    }

    static HostId id(int number) {
        return new HostId(new UUID(7, number));
    }

    static StaticKeys keys(int number) {
        return StaticKeys.generate(new Random(100L + number));
    }

    /** A trusted agent, connected. */
    Agent agent(int number, String generation, String peersGeneration) throws UdpException {
        var key = keys(number).publicKey();
        trusted.trusted(new KnownAgent(key.id(), key.toBase64(), id(number), "host-" + number));
        return new Agent(number, generation, peersGeneration);
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress("127.0.0.1", 0);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <R extends Outcome> Optional<CompletionStage<R>> offer(Input<R> input) {
        inputs.add(input);
        Outcome outcome = switch (input) {
            case Input.LastApplied _ -> new Outcome.Applied(0);
            case Input.Durable record -> new Outcome.Applied(record.seq());
            case Input.SummedUp _ -> compared;
            case Input.Listed said ->
                new Outcome.Missing(List.copyOf(said.hashes().keySet()));
            default -> new Outcome.Seen();
        };
        return Optional.of(CompletableFuture.completedFuture((R) outcome));
    }

    @Override
    public void whenRoom(Runnable action) {
        action.run();
    }

    @Override
    public void connected(HostId host) {
        sign("connected", host);
    }

    @Override
    public void disconnected(HostId host) {
        sign("disconnected", host);
    }

    @Override
    public void beat(HostId host) {
        sign("beat", host);
    }

    @Override
    public void answered(HostId host) {
        sign("answered", host);
    }

    @Override
    public void portClosed(HostId host) {
        sign("port closed", host);
    }

    private void sign(String what, HostId host) {
        signs.add(what + " " + host.value().getLeastSignificantBits());
    }

    @Override
    public void close() {
        udp.close();
        link.close();
        timer.shutdownNow();
    }

    /** As much of an agent as speaks. */
    final class Agent implements AutoCloseable, InitiatorListener {
        final List<StreamRecord> received = new CopyOnWriteArrayList<>();
        private final int number;
        private final String generation;
        private final String peersGeneration;
        private final UdpHost host;
        private final AtomicReference<Optional<InitiatorEndpoint>> endpoint = new AtomicReference<>(Optional.empty());

        private Agent(int number, String generation, String peersGeneration) throws UdpException {
            this.number = number;
            this.generation = generation;
            this.peersGeneration = peersGeneration;
            var config = new InitiatorConfig(
                    keys(number), new SpoolId(number, 1), System.nanoTime(), LIMITS, new Random(number), Instant::now);
            this.host = UdpHost.open(loopback(), world -> {
                var made = new InitiatorEndpoint(config, world, this);
                endpoint.set(Optional.of(made));
                return made;
            });
            run(() -> endpoint().collectors(List.of(new Collector(address, KEYS.publicKey()))));
        }

        InetSocketAddress at() {
            return host.localAddress();
        }

        void run(Runnable task) {
            host.execute(task);
        }

        InitiatorEndpoint endpoint() {
            return endpoint.get().orElseThrow();
        }

        void beat() {
            run(() -> endpoint().heartbeat(new Frame.Heartbeat(0, 1, 1_000, 5), System.nanoTime()));
        }

        void send(int channel, StreamRecord record) {
            run(() -> endpoint().offer(channel, record));
        }

        /** Not durable, on the channel of results. */
        void say(int type, byte[] body) {
            send(Frame.RESULT_CHANNEL, new StreamRecord(0, type, body));
        }

        void leave() {
            run(() -> endpoint().close("ends", System.nanoTime()));
        }

        /** Bodies of the records of that type, in order. */
        List<byte[]> bodies(int type) {
            return received.stream()
                    .filter(record -> record.type() == type)
                    .map(StreamRecord::body)
                    .toList();
        }

        @Override
        public void established(Established session) {
            var hello = new Hello(
                    List.of("host-" + number),
                    List.of(),
                    "",
                    "",
                    "1",
                    "",
                    Instant.now(),
                    "",
                    generation,
                    peersGeneration,
                    LastRun.UNKNOWN);
            endpoint().offer(Frame.CONTROL_CHANNEL, new StreamRecord(0, RecordType.HELLO, hello.encode()));
        }

        @Override
        public void record(int channel, StreamRecord record) {
            received.add(record);
        }

        @Override
        public void writable() {}

        @Override
        public void lost(String reason) {}

        @Override
        public void deadRecord(int channel, long seq, int type, String error) {}

        @Override
        public void close() {
            host.close();
        }
    }
}
