package dev.muster.collector.app;

import dev.muster.collector.api.ApiException;
import dev.muster.collector.apply.ApplyException;
import dev.muster.collector.graph.GraphException;
import dev.muster.collector.settings.Options;
import dev.muster.collector.settings.SettingException;
import dev.muster.protocol.udp.UdpException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The collector daemon. */
@Command(
        name = "muster-collector",
        mixinStandardHelpOptions = true,
        version = "muster-collector 0.1.0",
        description = "Keeps what agents report in a graph, judges it, and mails what changed for better or worse.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:stopped as asked",
            "64:wrong usage or configuration",
            "70:cannot start, or failed",
            "77:must not run as root"
        })
public final class CollectorMain implements Callable<Integer> {
    private static final int USAGE = 64;
    private static final int FAILED = 70;
    private static final int ROOT_REFUSED = 77;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            defaultValue = "/var/lib/muster/collector",
            description = "graph, keys and API files (default: ${DEFAULT-VALUE})")
    private Path home = Path.of("/var/lib/muster/collector");

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "default: /etc/muster/collector.yaml, then collector.yaml in the home, each only if it is there")
    private @Nullable Path config;

    @Option(names = "--listen", paramLabel = "ADDRESS:PORT", description = "where agents send to, UDP; port 0 for any")
    private @Nullable String listen;

    @Option(names = "--api", paramLabel = "ADDRESS:PORT", description = "where the API listens, HTTPS; port 0 for any")
    private @Nullable String api;

    @Option(names = "--bolt-port", paramLabel = "PORT", description = "of the embedded graph on loopback; 0 for any")
    private @Nullable Integer boltPort;

    @Option(names = "--allow-root", description = "run as root all the same; meant for the demo")
    private boolean allowRoot;

    @Option(names = "--check", description = "reads the configuration, says what is wrong with it, and ends")
    private boolean check;

    private CollectorMain() {}

    /** All that {@code collector.yaml} may say: its own level first, then the sections. */
    public static List<Options> options() {
        return CollectorConfig.options();
    }

    public static void main(String[] args) {
        var command = new CommandLine(new CollectorMain());
        command.setExecutionExceptionHandler((e, line, parsed) -> failed(e));
        command.getCommandSpec().exitCodeOnInvalidInput(USAGE);
        int status = command.execute(args);
        System.exit(status);
    }

    @Override
    public Integer call() throws Exception {
        if (check) {
            var _ = overridden(CollectorConfig.read(configFile(), home));
            System.out.println("muster-collector: nothing is wrong with "
                    + configFile().map(Path::toString).orElse("the defaults"));
            return 0;
        }
        if ("root".equals(System.getProperty("user.name"))) {
            if (!allowRoot) {
                System.err.println("muster-collector: it needs no privilege and so refuses to run as root."
                        + " Start it as another user, or say --allow-root.");
                return ROOT_REFUSED;
            }
            System.err.println("muster-collector: running as root, because --allow-root was given");
        }
        CollectorConfig read = overridden(CollectorConfig.read(configFile(), home));
        var stopped = new CountDownLatch(1);
        var done = new CountDownLatch(1);
        // Before anything is built: a SIGTERM in the first seconds must stop the graph in order, too.
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            stopped.countDown();
                            awaitQuietly(done);
                        },
                        "muster-stop"));
        ServiceManager manager =
                ServiceManager.of(System.getenv(), ProcessHandle.current().pid());
        try (var collector = Collector.start(home, read);
                var _ = new Watchdog(manager, collector::whenAlive).start()) {
            System.out.println(collector.welcome());
            manager.tell(ServiceManager.READY);
            stopped.await();
            manager.tell(ServiceManager.STOPPING);
        } finally {
            done.countDown();
        }
        return 0;
    }

    private CollectorConfig overridden(CollectorConfig read) {
        CollectorConfig result = read;
        if (listen != null) {
            result = result.withListen(listen);
        }
        if (api != null) {
            result = result.withApi(api);
        }
        return boltPort == null ? result : result.withBoltPort(boltPort);
    }

    private Optional<Path> configFile() {
        if (config != null) {
            return Optional.of(config);
        }
        Path installed = Path.of("/etc/muster/collector.yaml");
        Path own = home.resolve("collector.yaml");
        return Optional.of(Files.exists(installed) && !Files.exists(own) ? installed : own)
                .filter(Files::exists);
    }

    /** What an administrator can act on is said in a line; anything else is a fault of ours, with its trace. */
    private static int failed(Exception e) {
        switch (e) {
            case ConfigException _, SettingException _ -> {
                System.err.println("muster-collector: " + e.getMessage());
                return USAGE;
            }
            case GraphException _, ApiException _, ApplyException _, UdpException _ ->
                System.err.println("muster-collector: " + e.getMessage());
            default -> e.printStackTrace();
        }
        return FAILED;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
