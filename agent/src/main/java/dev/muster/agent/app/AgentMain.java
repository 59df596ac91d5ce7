package dev.muster.agent.app;

import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.config.ConfigException;
import dev.muster.agent.config.LogConfig;
import dev.muster.agent.discovery.DiscoveryException;
import dev.muster.agent.spool.SpoolException;
import dev.muster.protocol.udp.UdpException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** The agent daemon. */
@Command(
        name = "muster-agent",
        mixinStandardHelpOptions = true,
        version = "muster-agent 0.1.0",
        subcommands = AgentMain.Run.class,
        description = "Finds out about this host and sends what changed to the collector.")
public final class AgentMain {
    private static final int USAGE = 64;
    private static final int FAILED = 70;
    private static final String LOG_FORMAT = "%1$tFT%1$tT.%1$tL %4$s %5$s%6$s%n";

    private AgentMain() {}

    public static void main(String[] args) {
        System.setProperty("java.util.logging.SimpleFormatter.format", LOG_FORMAT);
        var command = new CommandLine(new AgentMain());
        command.setExecutionExceptionHandler((e, line, parsed) -> failed(e));
        System.exit(command.execute(args));
    }

    /** Runs until it is told to stop. */
    @Command(
            name = "run",
            mixinStandardHelpOptions = true,
            description = {
                "Runs the agent in the foreground.",
                "Every key of agent.conf is an option, too: --max-scripts=1 for MAX_SCRIPTS."
            })
    static final class Run implements Callable<Integer> {
        @Option(
                names = "--config",
                paramLabel = "FILE",
                description = "default: /etc/muster/agent.conf, if it is there")
        private @Nullable Path config;

        @Option(
                names = {"--collector", "--cmaaddr"},
                paramLabel = "ADDRESS",
                split = ",",
                description =
                        "where a collector may be: 192.0.2.7:1984, [2001:db8::7]:1984, name:1984, or a multicast group")
        private List<String> collectors = new ArrayList<>();

        @Option(
                names = "--home",
                paramLabel = "DIR",
                description = "keeps state, run and collector-keys below one folder")
        private @Nullable Path home;

        @Option(
                names = "--root",
                paramLabel = "DIR",
                defaultValue = "",
                description = "look at the host whose files are mounted here")
        private String root = "";

        @Option(names = "--host-name", paramLabel = "NAME", description = "name to show instead of the system's")
        private @Nullable String hostName;

        @Unmatched
        private List<String> settings = new ArrayList<>();

        @Override
        public Integer call() throws Exception {
            AgentConfig read = AgentConfig.load(configFile(), settings());
            logLevel(read.log());
            var stopped = new CountDownLatch(1);
            var done = new CountDownLatch(1);
            // Before anything is built, so that a SIGTERM in the first moments is not lost.
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                stopped.countDown();
                                awaitQuietly(done);
                            },
                            "muster-stop"));
            var start = new Agent.Start(root, Optional.ofNullable(hostName));
            try (var agent = Agent.start(read, start)) {
                agent.await(stopped);
            } finally {
                done.countDown();
            }
            return 0;
        }

        private List<String> settings() {
            List<String> all = new ArrayList<>();
            if (home != null) {
                Path base = home.toAbsolutePath();
                all.add("--state=" + base.resolve("state"));
                all.add("--run=" + base.resolve("run"));
                all.add("--collector-keys=" + base.resolve("collector-keys"));
            }
            if (!collectors.isEmpty()) {
                all.add("--collectors=" + String.join(",", collectors));
            }
            all.addAll(settings);
            return all;
        }

        private Optional<Path> configFile() {
            return Optional.of(config == null ? AgentConfig.DEFAULT_FILE : config)
                    .filter(file -> config != null || Files.exists(file));
        }
    }

    private static void logLevel(LogConfig log) {
        Level level = switch (log.level()) {
            case ERROR -> Level.SEVERE;
            case WARN -> Level.WARNING;
            case INFO -> Level.INFO;
            case DEBUG -> Level.FINE;
            case TRACE -> Level.FINER;
        };
        Logger root = LogManager.getLogManager().getLogger("");
        root.setLevel(level);
        for (Handler handler : root.getHandlers()) {
            handler.setLevel(level);
        }
    }

    /** What an administrator can act on is said in a line; anything else is a fault of ours, with its trace. */
    private static int failed(Exception e) {
        switch (e) {
            case ConfigException _ -> {
                System.err.println("muster-agent: " + e.getMessage());
                return USAGE;
            }
            case AgentException _, DiscoveryException _, SpoolException _, UdpException _ ->
                System.err.println("muster-agent: " + e.getMessage());
            case IOException _ -> System.err.println("muster-agent: " + e);
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
