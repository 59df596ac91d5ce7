package dev.muster.agent.app;

import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.discovery.DiscoveryLoop;
import dev.muster.agent.heartbeat.NeighbourWatch;
import dev.muster.agent.link.CollectorLink;
import dev.muster.agent.link.PeerLink;
import dev.muster.agent.spool.Spool;
import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.session.InitiatorConfig;
import dev.muster.protocol.stream.ReceiveBudget;
import dev.muster.protocol.stream.StreamLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All parts of an agent, started in the order in which they need each other and stopped in the other one. */
final class Agent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    private static final Duration GIVES_BACK_EVERY = Duration.ofMinutes(5);

    /** What the collector sends back is small: the budget of one window more. */
    private static final int RECEIVE_BUDGET_BYTES = 4 << 20;

    /**
     * What is not configuration but said at the start.
     *
     * @param root of the host that is looked at: "" for this one
     * @param hostName to show instead of the system's
     */
    record Start(String root, Optional<String> hostName) {}

    private final AgentConfig config;
    private final Start start;
    private final SecureRandom random = new SecureRandom();
    private final InstantSource clock = InstantSource.system();
    private final Deque<AutoCloseable> started = new ArrayDeque<>();

    private Agent(AgentConfig config, Start start) {
        this.config = config;
        this.start = start;
    }

    /** Starts everything, or nothing: on a failure what was started is stopped again. */
    static Agent start(AgentConfig config, Start start) throws IOException {
        var agent = new Agent(config, start);
        try {
            agent.start();
            return agent;
        } catch (IOException | RuntimeException e) {
            agent.close();
            throw e;
        }
    }

    /** Runs until the latch opens. */
    void await(CountDownLatch stopped) throws InterruptedException {
        while (!stopped.await(GIVES_BACK_EVERY.toSeconds(), TimeUnit.SECONDS)) {
            // Else the serial collector lets garbage in the old generation stand until that is full.
            System.gc();
        }
        LOG.info("event=agent-stopping");
    }

    @Override
    public void close() {
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception e) {
                LOG.error("event=stop-failed", e);
            }
        }
    }

    private void start() throws IOException {
        StateFolder state = started(StateFolder.open(config.state().state()));
        StateFolder.makePrivate(config.state().run());
        StaticKeys first = state.keys(random, ThisHost.machineIdHash());
        var keys = new AtomicReference<StaticKeys>(first);
        Supplier<PublicKey> own = () -> keys.get().publicKey();
        LOG.info("event=agent-start key={} fingerprint={}", own.get().toBase64(), own.get());
        List<PublicKey> installed = InstalledKeys.read(config.link().collectorKeys());
        Spool spool = started(Spool.open(state.spool(), config.state().spoolMaxBytes(), random));
        DiskWorker disk = started(new DiskWorker());
        var collectors = KnownCollectors.load(
                installed, state.collectorKeys(), text -> disk.execute(() -> state.saveCollectorKeys(text)));

        DesiredState wanted = DesiredState.load(state, disk);
        var host = new ThisHost(start.hostName(), () -> token(state), wanted, state.lastRun(), clock);
        var socket = new AtomicReference<@Nullable AgentSocket>();
        Runnable pump = () -> Optional.ofNullable(socket.get()).ifPresent(AgentSocket::pump);
        var discovery = new AtomicReference<@Nullable HostDiscovery>();
        var peerLink =
                new PeerLink(new NeighbourWatch(System.nanoTime()), new ReportsToSpool(spool, disk, pump, clock));
        var digests = new AtomicReference<@Nullable Digests>();
        var lookUp = new AtomicReference<@Nullable LookUp>();
        var rotation = new AtomicReference<@Nullable KeyRotation>();
        var orders = new Orders(own, state, wanted, peerLink, disk, discovery, digests, collectors, lookUp, rotation);
        long agentRun = random.nextLong();
        var collectorLink = new CollectorLink(spool, host::hello, agentRun, orders, System::nanoTime);
        AgentSocket opened =
                started(AgentSocket.open(config.link(), initiator(first, spool, agentRun), collectorLink, peerLink));
        socket.set(opened);
        opened.neighbours(wanted.neighbours(own.get()));
        var keyRotation = new KeyRotation(
                state, spool, disk, random, told -> opened.whenApplied(told.seq(), told.applied()), next -> {
                    keys.set(next);
                    opened.change(next, spool.id(), wanted.neighbours(next.publicKey()));
                });
        rotation.set(keyRotation);
        HostDiscovery found = started(HostDiscovery.open(
                config, start.root(), settings(host, state, spool), new FactsToSpool(spool, pump), clock));
        discovery.set(found);
        digests.set(started(new Digests(
                new Digests.Sources(() -> Optional.of(found), spool, collectorLink::origin, opened::summary),
                config.link().digestEvery(),
                random)));
        found.plan(wanted.wishes());
        found.start();
        started(ControlSocket.open(
                config.state().run(),
                Map.of(
                        ControlSocket.STATUS,
                        () -> new StatusJson(
                                        host.name(),
                                        own.get().fingerprint(),
                                        opened.address().toString(),
                                        collectorLink.state(),
                                        spool.status(),
                                        opened.neighbours(),
                                        found.status(),
                                        found.watching())
                                .text(),
                        ControlSocket.KEYS,
                        () -> KeysText.of(own.get(), keyRotation.next(), collectors.lines()),
                        ControlSocket.ROTATE_KEY,
                        () -> KeysText.rotate(keyRotation))));
        // Last, since from here on the collector may give orders.
        var whereabouts = new Whereabouts(config.link().collectors(), collectors::usable);
        lookUp.set(started(new LookUp(whereabouts, opened::collectors)));
        keyRotation.goOn();
    }

    private <T extends AutoCloseable> T started(T part) {
        started.push(part);
        return part;
    }

    private InitiatorConfig initiator(StaticKeys keys, Spool spool, long agentRun) {
        return new InitiatorConfig(
                keys,
                spool.id(),
                agentRun,
                StreamLimits.defaults(ReceiveBudget.shared(RECEIVE_BUDGET_BYTES)),
                random,
                clock);
    }

    private DiscoveryLoop.Settings settings(ThisHost host, StateFolder state, Spool spool) {
        return new DiscoveryLoop.Settings(
                host.seed(),
                config.discovery().maxAtOnce(),
                state.hashes(),
                spool.id().toString());
    }

    private Optional<String> token(StateFolder state) {
        Optional<String> enrolled = state.token();
        if (enrolled.isPresent()) {
            return enrolled;
        }
        Optional<Path> file = config.link().tokenFile();
        if (file.isEmpty() || state.hostId().isPresent()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readString(file.get()).strip());
        } catch (IOException e) {
            LOG.warn("event=token-unreadable file={} error=\"{}\"", file.get(), e.toString());
            return Optional.empty();
        }
    }
}
