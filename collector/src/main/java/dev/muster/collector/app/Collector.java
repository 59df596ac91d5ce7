package dev.muster.collector.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.api.ApiConfig;
import dev.muster.collector.api.EventFeed;
import dev.muster.collector.api.HttpApi;
import dev.muster.collector.api.StatusPart;
import dev.muster.collector.apply.Apply;
import dev.muster.collector.apply.ApplyConfig;
import dev.muster.collector.apply.Judge;
import dev.muster.collector.delivery.Alarm;
import dev.muster.collector.delivery.DeliveryWorker;
import dev.muster.collector.delivery.EventLog;
import dev.muster.collector.delivery.HookConfig;
import dev.muster.collector.delivery.HookWorker;
import dev.muster.collector.evidence.Notary;
import dev.muster.collector.graph.Graph;
import dev.muster.collector.graph.Retention;
import dev.muster.collector.link.AgentLink;
import dev.muster.collector.link.TrustedAgents;
import dev.muster.collector.model.Outbox;
import dev.muster.collector.rules.Rulebook;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.session.ResponderConfig;
import dev.muster.protocol.session.ResponderEndpoint;
import dev.muster.protocol.stream.ReceiveBudget;
import dev.muster.protocol.stream.StreamLimits;
import dev.muster.protocol.udp.UdpHost;
import dev.muster.protocol.wire.CollectorRun;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All parts of a collector, started in the order in which they need each other and stopped in the other one. */
final class Collector implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Collector.class);

    /** Reassembly memory for records above the window, whatever the number of agents. */
    private static final int RECEIVE_BUDGET_BYTES = 256 << 20;

    private static final String MULTICAST_GROUP = "224.0.2.5";
    private static final Duration STOP_GRACE = Duration.ofSeconds(5);

    private final Path home;
    private final CollectorConfig config;
    private final SecureRandom random = new SecureRandom();
    private final InstantSource clock = InstantSource.system();
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final CommitFanOut commits = new CommitFanOut();
    private String welcome = "";
    private Consumer<Runnable> whenAlive = task -> {};

    private Collector(Path home, CollectorConfig config) {
        this.home = home;
        this.config = config;
    }

    /** Starts everything, or nothing: on a failure what was started is stopped again. */
    static Collector start(Path home, CollectorConfig config) throws IOException {
        var collector = new Collector(home, config);
        try {
            collector.start();
            return collector;
        } catch (IOException | RuntimeException e) {
            collector.close();
            throw e;
        }
    }

    /** What a person wants to know once it runs. */
    String welcome() {
        return welcome;
    }

    /** Runs the task on the thread that hears agents, while inputs are applied; else not at all. From any thread. */
    void whenAlive(Runnable task) {
        whenAlive.accept(task);
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
        makeHome();
        CollectorKeys keyring = CollectorKeys.loadOrMake(home.resolve("keys"), random);
        StaticKeys keys = keyring.current();
        Rulebook rules = config.rules().load(home);
        rules.loaded().problems().forEach(problem -> LOG.error("event=rule-left-out problem=\"{}\"", problem));
        EventLog eventLog = EventLog.open(config.eventLog(), hostName(), System.out);
        started.push(eventLog);
        commits.add((events, outbox) -> events.forEach(eventLog::log));

        Graph graph = Graph.open(config.graph().at(home.resolve("graph")), random);
        started.push(graph);
        started.push(new Housekeeping(graph.retention(Retention.Periods.DEFAULT), clock).start());
        var feed = new EventFeed(graph.reads());
        commits.add(feed);
        var trusted = new TrustedAgents();
        Optional<HookConfig> hooks = config.hooks();
        var applyConfig = new ApplyConfig(
                config.enrolment(),
                hooks.isPresent() ? HookWorker.events() : Set.of(),
                config.settle(),
                ApplyConfig.DEFAULT.queuedInputs(),
                ApplyConfig.DEFAULT.queuedBytes(),
                ApplyConfig.DEFAULT.cachedBytes());
        var watch = new HostWatch(config.keepalive(), keyring.told());
        started.push(watch);
        Apply apply = Apply.start(
                graph,
                Judge.of(rules.set()),
                applyConfig,
                new Apply.Surroundings(
                        clock,
                        random,
                        trusted,
                        commits,
                        watch.watching(config.discovery().wishes(rules.set().pathsRead()))));
        started.push(apply);
        Notary notary = notary(keyring, graph, rules);
        started.push(new DayTurn(
                        apply, clock, () -> HttpApi.scores(graph.reads(), rules).toJson(), notary::checkpoint)
                .start());
        started.push(new WaiverWatch(apply).start());

        DeliveryWorker delivery = new DeliveryWorker(
                hostName() + "-" + ProcessHandle.current().pid(),
                config.mail(),
                apply.outbox(Outbox.MAIL),
                clock,
                Alarm.of(clock));
        commits.add((events, outbox) -> delivery.wake());
        delivery.start();
        started.push(() -> delivery.stop(STOP_GRACE));

        List<StatusPart> parts = new ArrayList<>();
        hooks.ifPresent(hook -> parts.add(hooks(hook, apply)));
        AgentsAtUdp agents = listen(keyring.all(), apply, watch.agents(trusted));
        whenAlive = task -> agents.loop().accept(() -> {
            if (apply.runs()) {
                task.run();
            }
        });
        parts.add(part("agents", () -> agents.status(keys)));
        parts.add(part("neighbours", watch::status));
        parts.add(part("keys", () -> KeysStatus.of(keyring)));
        watch.start(apply, agents.probes());
        parts.add(part("mail", () -> MailStatus.of(config.mail(), delivery.status())));
        parts.add(part("rules", () -> RulesStatus.of(rules.loaded())));
        HttpApi api = HttpApi.start(
                ApiConfig.of(
                        home.resolve("api"),
                        config.api().getHostString(),
                        config.api().getPort(),
                        hostName()),
                graph.reads(),
                new HttpApi.Commands(apply, apply, keyring, notary),
                rules,
                feed,
                parts,
                clock,
                random);
        started.push(api);
        welcome = new Welcome(
                        home,
                        config,
                        keys.publicKey(),
                        agents.address(),
                        ReachableAt.of(agents.address()),
                        new Welcome.Api(api.url(), api.certificateFingerprint()),
                        keyring.now().place())
                .text();
    }

    private Notary notary(CollectorKeys keyring, Graph graph, Rulebook rules) {
        var version = Optional.ofNullable(Collector.class.getPackage().getImplementationVersion());
        var collector = new Notary.Collector(
                hostName(),
                version.orElse("(not packaged)"),
                keyring.current().publicKey().fingerprint());
        return new Notary(graph.reads(), rules, keyring.evidence(), collector, home.resolve("evidence"), clock);
    }

    private StatusPart hooks(HookConfig hooks, Apply apply) {
        var worker = new HookWorker(hooks, apply.outbox(Outbox.HOOKS), clock, Alarm.of(clock));
        commits.add((events, outbox) -> worker.wake());
        worker.start();
        started.push(() -> worker.stop(STOP_GRACE));
        return part("hooks", () -> HooksStatus.of(hooks, worker.status()));
    }

    private AgentsAtUdp listen(List<StaticKeys> keys, Apply apply, AgentLink.Agents agents) throws IOException {
        var run = new CollectorRun(random.nextLong(), random.nextLong());
        var limits = StreamLimits.defaults(ReceiveBudget.shared(RECEIVE_BUDGET_BYTES));
        var responder = new ResponderConfig(keys, run, config.keepalive(), limits, random, clock);
        var host = new AtomicReference<@Nullable UdpHost>();
        var link = new AgentLink(
                apply,
                agents,
                task -> on(host, task),
                clock,
                task -> Thread.ofPlatform().name("decoder").daemon().unstarted(task));
        started.push(link);
        var endpoint = new AtomicReference<@Nullable ResponderEndpoint>();
        UdpHost udp = UdpHost.open(config.listen(), world -> {
            var made = new ResponderEndpoint(responder, agents.trusted(), link, world, world);
            endpoint.set(made);
            return made;
        });
        host.set(udp);
        started.push(udp);
        if (config.multicast() && config.listen().getAddress().isAnyLocalAddress()) {
            udp.join(InetAddress.getByName(MULTICAST_GROUP));
        }
        InetSocketAddress local = udp.localAddress();
        Files.writeString(home.resolve("link.address"), shown(local) + "\n");
        return new AgentsAtUdp(
                local,
                udp::execute,
                link.counters(),
                link.probes(),
                Optional.ofNullable(endpoint.get()).orElseThrow().drops());
    }

    private static void on(AtomicReference<@Nullable UdpHost> host, Runnable task) {
        UdpHost udp = host.get();
        if (udp != null) {
            udp.execute(task);
        }
    }

    private void makeHome() {
        try {
            Files.createDirectories(
                    home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
        } catch (IOException e) {
            throw new ConfigException(
                    "cannot make " + home + ": " + e + ". Choose another folder with --home, or make it for this user",
                    e);
        }
    }

    private static StatusPart part(String name, Supplier<ObjectNode> now) {
        return new StatusPart() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public ObjectNode now() {
                return now.get();
            }
        };
    }

    static String shown(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (IOException e) {
            return "localhost";
        }
    }
}
