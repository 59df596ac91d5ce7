package dev.muster.agent.app;

import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.config.ConfigException;
import dev.muster.agent.discovery.DiscoveryException;
import dev.muster.agent.spool.SpoolException;
import dev.muster.protocol.udp.UdpException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;

/**
 * The agent daemon.
 *
 * <p>A daemon needs its command line once and its memory for months, so {@code run} with plain arguments goes without picocli, which would
 * stay in it with 2,000 methods. Nothing here but the annotation, which the JVM does not read, may name a type of picocli: no signature
 * and no field.
 */
@Command(
        name = "muster-agent",
        mixinStandardHelpOptions = true,
        version = "muster-agent 0.1.0",
        subcommands = {
            AgentCommands.Run.class,
            AgentCommands.Status.class,
            EnrolCommand.class,
            DiscoverCommand.class,
            AgentCommands.Keys.class,
            AgentCommands.PingCollector.class,
            AgentCommands.SetLogLevel.class
        },
        description = "Finds out about this host and sends what changed to the collector.")
public final class AgentMain {
    private static final String LOG_FORMAT = "%1$tFT%1$tT.%1$tL %4$s %5$s%6$s%n";

    private AgentMain() {}

    public static void main(String[] args) {
        System.setProperty("java.util.logging.SimpleFormatter.format", LOG_FORMAT);
        Optional<RunOptions> plain = RunOptions.plain(List.of(args));
        System.exit(plain.isPresent() ? runPlain(plain.get()) : AgentCommands.execute(args));
    }

    private static int runPlain(RunOptions options) {
        try {
            return run(options);
        } catch (Exception e) {
            return failed(e);
        }
    }

    /** Runs until it is told to stop; returns the exit code. */
    static int run(RunOptions options) throws IOException, InterruptedException {
        AgentConfig read = options.config();
        LogLevel.set(read.log().level());
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
        var start = new Agent.Start(options.root(), Optional.ofNullable(options.hostName()));
        try (var agent = Agent.start(read, start)) {
            agent.await(stopped);
        } finally {
            done.countDown();
        }
        return 0;
    }

    /** What an administrator can act on is said in a line; anything else is a fault of ours, with its trace. */
    static int failed(Exception e) {
        switch (e) {
            case ConfigException _ -> {
                System.err.println("muster-agent: " + e.getMessage());
                return AgentException.USAGE;
            }
            case AgentException wrong -> {
                System.err.println("muster-agent: " + wrong.getMessage());
                return wrong.exitCode();
            }
            case DiscoveryException _, SpoolException _, UdpException _ ->
                System.err.println("muster-agent: " + e.getMessage());
            case IOException _ -> System.err.println("muster-agent: " + e);
            default -> e.printStackTrace();
        }
        return AgentException.FAILED;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
