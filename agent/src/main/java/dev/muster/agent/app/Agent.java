package dev.muster.agent.app;

import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.discovery.Catalogue;
import dev.muster.agent.discovery.DiscoveryLoop;
import dev.muster.agent.discovery.DiscoveryType;
import dev.muster.agent.discovery.FactsSink;
import dev.muster.agent.discovery.InstanceKey;
import dev.muster.agent.discovery.PlannedInstance;
import dev.muster.agent.discovery.PlannedInstance.FirstRun;
import dev.muster.agent.discovery.Runner;
import dev.muster.agent.discovery.RunnerSettings;
import dev.muster.agent.link.CollectorLink;
import dev.muster.agent.link.LinkListener;
import dev.muster.agent.link.LinkState;
import dev.muster.agent.spool.Append;
import dev.muster.agent.spool.Spool;
import dev.muster.agent.spool.SpoolChannel;
import dev.muster.protocol.message.FactsReport;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.session.Collector;
import dev.muster.protocol.session.InitiatorConfig;
import dev.muster.protocol.session.InitiatorEndpoint;
import dev.muster.protocol.stream.ReceiveBudget;
import dev.muster.protocol.stream.RecordType;
import dev.muster.protocol.stream.StreamLimits;
import dev.muster.protocol.transport.Endpoint;
import dev.muster.protocol.udp.UdpException;
import dev.muster.protocol.udp.UdpHost;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All parts of an agent, started in the order in which they need each other and stopped in the other one. */
final class Agent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    /** A collector that does not answer must not hold up a stop. */
    private static final Duration GOODBYE_WAIT = Duration.ofSeconds(2);

    private static final Duration LOOK_UP_EVERY = Duration.ofMinutes(1);

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
        stopped.await();
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
        StateFolder state = StateFolder.open(config.state().state());
        started.push(state);
        StateFolder.makePrivate(config.state().run());
        StaticKeys keys = state.keys(random);
        LOG.info("event=agent-start key={} fingerprint={}", keys.publicKey().toBase64(), keys.publicKey());
        var whereabouts = new Whereabouts(
                config.link().collectors(), CollectorKeys.read(config.link().collectorKeys()));
        Spool spool = Spool.open(state.spool(), config.state().spoolMaxBytes(), random);
        started.push(spool);

        var host = new ThisHost(start.hostName(), () -> token(state), clock);
        var discovery = new AtomicReference<@Nullable DiscoveryLoop>();
        var link = new CollectorLink(spool, host::hello, new Listener(state, discovery), System::nanoTime);
        UdpHost udp = listen(keys, spool, link, whereabouts);
        discovery.set(discover(host, state, spool, () -> udp.execute(link::pump)));
    }

    private UdpHost listen(StaticKeys keys, Spool spool, CollectorLink link, Whereabouts whereabouts)
            throws UdpException {
        var settings = new InitiatorConfig(
                keys,
                spool.id(),
                random.nextLong(),
                StreamLimits.defaults(ReceiveBudget.shared(RECEIVE_BUDGET_BYTES)),
                random,
                clock);
        var made = new AtomicReference<@Nullable InitiatorEndpoint>();
        UdpHost udp = open(world -> {
            var endpoint = new InitiatorEndpoint(settings, world, link);
            link.attach(endpoint);
            made.set(endpoint);
            return endpoint;
        });
        started.push(udp);
        InitiatorEndpoint endpoint = Optional.ofNullable(made.get()).orElseThrow();
        started.push(() -> sayGoodbye(udp, link, endpoint));
        started.push(lookUpRegularly(udp, endpoint, whereabouts));
        LOG.info("event=agent-listening address={}", udp.localAddress());
        return udp;
    }

    /** The usual port, or any where that is taken: by a collector on this host, for one. */
    private UdpHost open(Function<UdpHost.World, Endpoint> endpoints) throws UdpException {
        try {
            return UdpHost.open(new InetSocketAddress(config.link().port()), endpoints);
        } catch (UdpException e) {
            LOG.info("event=port-taken port={} instead=any", config.link().port());
            return UdpHost.open(new InetSocketAddress(0), endpoints);
        }
    }

    private static ScheduledExecutorService lookUpRegularly(
            UdpHost udp, InitiatorEndpoint endpoint, Whereabouts whereabouts) {
        var known = new AtomicReference<List<Collector>>(List.of());
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                task -> Thread.ofPlatform().name("look-up").daemon().unstarted(task));
        timer.scheduleWithFixedDelay(
                () -> {
                    List<Collector> found = whereabouts.lookUp();
                    if (!found.equals(known.getAndSet(found))) {
                        udp.execute(() -> endpoint.collectors(found));
                    }
                },
                0,
                LOOK_UP_EVERY.toSeconds(),
                TimeUnit.SECONDS);
        return timer;
    }

    private DiscoveryLoop discover(ThisHost host, StateFolder state, Spool spool, Runnable appended)
            throws IOException {
        Catalogue catalogue = catalogue();
        catalogue.problems().forEach(problem -> LOG.warn("event=type-left-out problem=\"{}\"", problem));
        var runner = new Runner(
                new RunnerSettings(
                        RunnerSettings.DEFAULT_SEARCH_PATH,
                        start.root(),
                        catalogue.lib(),
                        config.state().run().resolve("pipes")),
                clock,
                System::nanoTime);
        var settings = new DiscoveryLoop.Settings(
                host.seed(),
                config.discovery().maxAtOnce(),
                state.hashes(),
                spool.id().toString());
        var loop = new DiscoveryLoop(
                settings,
                runner,
                new ToSpool(spool, appended),
                System::nanoTime,
                task -> Thread.ofPlatform().name("discovery").unstarted(task));
        started.push(loop);
        loop.plan(plan(catalogue, loop));
        loop.start();
        return loop;
    }

    private Catalogue catalogue() throws IOException {
        Catalogue own;
        if (config.discovery().scripts().isPresent()) {
            own = Catalogue.installed(config.discovery().scripts().get());
        } else {
            Path fresh = Files.createTempDirectory(config.state().run(), "scripts-");
            started.push(() -> Trees.delete(fresh));
            own = Catalogue.unpack(fresh.resolve("discovery-scripts"));
        }
        return own.withOwnTypes(config.discovery().ownTypes());
    }

    private List<PlannedInstance> plan(Catalogue catalogue, DiscoveryLoop loop) {
        List<PlannedInstance> plans = new ArrayList<>();
        for (DiscoveryType type : catalogue.types().values()) {
            if (config.discovery().off().contains(type.name()) || type.script().isEmpty()) {
                continue;
            }
            boolean known = loop.isKnown(InstanceKey.of(type.name()));
            var declared = PlannedInstance.of(type, known ? FirstRun.SPREAD : FirstRun.SOON);
            plans.add(Optional.ofNullable(config.discovery().intervals().get(type.name()))
                    .map(declared::every)
                    .orElse(declared));
        }
        return plans;
    }

    private Optional<String> token(StateFolder state) {
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

    /** So that everybody knows this for an orderly end. */
    private static void sayGoodbye(UdpHost udp, CollectorLink link, InitiatorEndpoint endpoint)
            throws InterruptedException {
        var heard = new CompletableFuture<Void>();
        udp.execute(() -> link.goodbye("stopped").whenComplete((done, failure) -> heard.complete(null)));
        try {
            heard.get(GOODBYE_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.info("event=goodbye-unheard");
        }
        var closed = new CountDownLatch(1);
        udp.execute(() -> {
            endpoint.close("stopped", System.nanoTime());
            closed.countDown();
        });
        closed.await(GOODBYE_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Changed facts go to disk first, then to the network. */
    private record ToSpool(Spool spool, Runnable appended) implements FactsSink {
        @Override
        public boolean hasRoom() {
            return !spool.isFull();
        }

        @Override
        public Offer offer(FactsReport report) {
            var key = new InstanceKey(report.type(), report.instance());
            Append append = spool.append(SpoolChannel.RESULTS, RecordType.FACTS, key.toString(), report.encode());
            return switch (append) {
                case Append.Stored stored -> {
                    LOG.info(
                            "event=facts-changed instance={} seq={} superseded={}",
                            key,
                            stored.seq(),
                            spool.status().superseded());
                    appended.run();
                    yield Offer.TAKEN;
                }
                case Append.Refused refused -> {
                    LOG.warn("event=spool-refused instance={} reason=\"{}\"", key, refused.text());
                    yield Offer.REFUSED;
                }
            };
        }
    }

    private record Listener(StateFolder state, AtomicReference<@Nullable DiscoveryLoop> discovery)
            implements LinkListener {
        @Override
        public void changed(LinkState now) {
            boolean fresh = now.hostId().isPresent() && !now.hostId().equals(state.hostId());
            if (fresh) {
                try {
                    state.hostId(now.hostId().get());
                } catch (IOException e) {
                    LOG.warn("event=host-id-not-saved error=\"{}\"", e.toString());
                }
            }
        }

        @Override
        public void newSpool(String spoolId) {
            DiscoveryLoop loop = discovery.get();
            if (loop != null) {
                loop.startOver(spoolId);
            }
        }
    }
}
