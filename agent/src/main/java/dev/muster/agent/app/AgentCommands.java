package dev.muster.agent.app;

import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.config.CollectorAddress;
import dev.muster.agent.config.LogConfig;
import dev.muster.protocol.noise.StaticKeys;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/** The commands of {@link AgentMain}, as picocli reads them. */
final class AgentCommands {
    private AgentCommands() {}

    /** Returns the exit code. */
    static int execute(String... args) {
        return commandLine().execute(args);
    }

    static CommandLine commandLine() {
        return new CommandLine(AgentMain.class).setExecutionExceptionHandler((e, line, parsed) -> AgentMain.failed(e));
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
        @Mixin
        private PlacesOptions places = new PlacesOptions();

        @Option(
                names = {RunOptions.COLLECTOR, RunOptions.CMAADDR},
                paramLabel = "ADDRESS",
                split = ",",
                description =
                        "where a collector may be: 192.0.2.7:1984, [2001:db8::7]:1984, name:1984, or a multicast group")
        private List<String> collectors = new ArrayList<>();

        @Option(
                names = RunOptions.ROOT,
                paramLabel = "DIR",
                defaultValue = "",
                description = "look at the host whose files are mounted here")
        private String root = "";

        @SuppressWarnings("UnusedVariable") // there is nothing to do about it
        @Option(
                names = "--foreground",
                description = "accepted for scripts that say it: the agent never leaves the foreground by itself")
        private boolean foreground;

        @Option(names = RunOptions.HOST_NAME, paramLabel = "NAME", description = "name to show instead of the system's")
        private @Nullable String hostName;

        @Unmatched
        private List<String> settings = new ArrayList<>();

        @Override
        public Integer call() throws Exception {
            return AgentMain.run(options());
        }

        RunOptions options() {
            return new RunOptions(places.given(), root, hostName, collectors, settings);
        }
    }

    /** Tells how the running agent does; by its exit code to service managers. */
    @Command(
            name = "status",
            mixinStandardHelpOptions = true,
            description = "Tells how the agent on this host does.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:it runs", "1:it is dead, its pid file is left", "3:it does not run", "4:nobody can tell"
            })
    static final class Status implements Callable<Integer> {
        @Mixin
        private PlacesOptions places = new PlacesOptions();

        @Option(names = "--json", description = "as JSON")
        private boolean json;

        @Override
        public Integer call() throws Exception {
            AgentQuestion.Answer answer = AgentQuestion.ask(places.given().runFolder(), ControlSocket.STATUS);
            if (answer.exitCode() == AgentQuestion.Answer.RUNS && !json) {
                StatusText.print(answer.text(), System.out);
            } else {
                System.out.println(answer.text());
            }
            return answer.exitCode();
        }
    }

    /** Shows and changes keys. */
    @Command(
            name = "keys",
            mixinStandardHelpOptions = true,
            subcommands = Keys.Rotate.class,
            description = "Shows by which key the running agent is known, and which collectors' keys it takes.")
    static final class Keys implements Callable<Integer> {
        @Mixin
        private PlacesOptions places = new PlacesOptions();

        @Override
        public Integer call() throws Exception {
            return answered(AgentQuestion.ask(places.given().runFolder(), ControlSocket.KEYS));
        }

        /** A new key, without a new approval. */
        @Command(
                name = "rotate",
                mixinStandardHelpOptions = true,
                description =
                        "Makes a new key for the running agent; the collector learns it in a session of the present one.")
        static final class Rotate implements Callable<Integer> {
            @Mixin
            private PlacesOptions places = new PlacesOptions();

            @Override
            public Integer call() throws Exception {
                return answered(AgentQuestion.ask(places.given().runFolder(), ControlSocket.ROTATE_KEY));
            }
        }
    }

    /** Asks a collector whether it is there; with no agent running, or beside it. */
    @Command(
            name = "ping",
            mixinStandardHelpOptions = true,
            description = "Shakes hands with a collector and says what came of it.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:it answers and trusts this agent",
                "1:it answers, and does not trust this agent, or that is not known",
                "69:no collector answers there"
            })
    static final class PingCollector implements Callable<Integer> {
        private static final Duration PATIENCE = Duration.ofSeconds(5);

        @Mixin
        private PlacesOptions places = new PlacesOptions();

        @Parameters(
                paramLabel = "COLLECTOR",
                description = "192.0.2.7:1984, [2001:db8::7]:1984, name:1984, or a multicast group")
        private String collector = "";

        @Override
        public Integer call() throws Exception {
            AgentConfig config = places.given().config(List.of());
            Path state = config.state().state();
            var known = KnownCollectors.load(
                    InstalledKeys.read(config.link().collectorKeys()),
                    StateFolder.peekCollectorKeys(state),
                    text -> {});
            Optional<StaticKeys> own = StateFolder.peekKeys(state);
            StaticKeys used = own.orElseGet(() -> StaticKeys.generate(new SecureRandom()));
            var address = CollectorAddress.parse(collector);
            int exitCode = PingText.NO_COLLECTOR;
            for (InetAddress each : addresses(address)) {
                var to = new InetSocketAddress(each, address.port());
                Ping.Outcome outcome =
                        Ping.of(to, known.usable(), used, config.link().ttl(), PATIENCE);
                PingText.Said said = PingText.of(to, outcome, known.usable(), own);
                System.out.println(said.text());
                exitCode = Math.min(exitCode, said.exitCode());
            }
            return exitCode;
        }

        private static InetAddress[] addresses(CollectorAddress address) {
            try {
                return InetAddress.getAllByName(address.host());
            } catch (UnknownHostException e) {
                throw new AgentException(address.host() + ": no such host name", e);
            }
        }
    }

    private static int answered(AgentQuestion.Answer answer) {
        System.out.println(answer.text());
        return answer.exitCode();
    }

    /** Says what the running agent logs from now on. */
    @Command(
            name = "log-level",
            mixinStandardHelpOptions = true,
            description = "Changes what the running agent logs, until it ends.")
    static final class SetLogLevel implements Callable<Integer> {
        @Mixin
        private PlacesOptions places = new PlacesOptions();

        @Parameters(paramLabel = "LEVEL", description = "one of ${COMPLETION-CANDIDATES}")
        private LogConfig.Level level = LogConfig.Level.INFO;

        @Override
        public Integer call() throws Exception {
            AgentQuestion.Answer answer =
                    AgentQuestion.ask(places.given().runFolder(), ControlSocket.LOG_LEVEL + " " + level);
            System.out.println(answer.text());
            return answer.exitCode();
        }
    }

    /** Where the agent's files are. */
    static final class PlacesOptions {
        @Option(
                names = RunOptions.CONFIG,
                paramLabel = "FILE",
                description =
                        "instead of /etc/default/muster-agent, /etc/sysconfig/muster-agent and /etc/muster/agent.conf,"
                                + " of which a later one goes before an earlier one")
        private @Nullable Path config;

        @Option(
                names = RunOptions.HOME,
                paramLabel = "DIR",
                description = "keeps state, run and collector-keys below one folder, and reads agent.conf there, too")
        private @Nullable Path home;

        @Option(
                names = RunOptions.RUN,
                paramLabel = "DIR",
                description = "folder of the running agent's control socket")
        private @Nullable Path run;

        Places given() {
            return new Places(config, home, run);
        }
    }
}
