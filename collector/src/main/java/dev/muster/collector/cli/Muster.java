package dev.muster.collector.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/**
 * The command {@code muster}. Exit codes: 0 done, 1 refused by the collector or not there, 2 wrongly written, 69 no collector
 * reached, or it cannot answer now, 71 not enough memory.
 */
@Command(
        name = "muster",
        versionProvider = Muster.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "Roll call for your servers: asks the collector what it knows.",
        footerHeading = "%nWhere the collector is:%n",
        footer = {
            "  --url, else MUSTER_API, else the file api.url in the folder MUSTER_API_HOME",
            "  (" + Connection.DEFAULT_HOME + " when unset), which also holds",
            "  api.token and api.crt."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:refused by the collector, or not found there",
            "2:the command was not written as it must be",
            "69:no collector was reached, or it cannot answer now",
            "71:there is not enough memory here to say"
        })
public final class Muster {
    @Mixin
    private final GlobalOptions options = new GlobalOptions();

    private Muster() {}

    public static void main(String[] arguments) {
        Map<String, String> environment = System.getenv();
        Screen screen = Screen.ofProcess(environment);
        int exitCode = run(arguments, environment, screen, Muster::pause);
        screen.flush();
        System.exit(exitCode);
    }

    static int run(String[] arguments, Map<String, String> environment, Screen screen, Session.Pause pause) {
        Muster muster = new Muster();
        try (Session session = new Session(muster.options, environment, screen, pause)) {
            return run(arguments, commands(muster, session), screen);
        }
    }

    private static int run(String[] arguments, CommandLine line, Screen screen) {
        line.setOut(new PrintWriter(screen.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(screen.err(), true, StandardCharsets.UTF_8));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(
                screen.colours() == Screen.Colours.ON ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
        screen.width().ifPresent(width -> line.setUsageHelpWidth(Math.clamp(width, 55, 120)));
        line.setParameterExceptionHandler(Muster::wronglyWritten);
        line.setExecutionExceptionHandler((failed, command, parsed) -> failed(failed, screen));
        int exitCode = line.execute(arguments);
        screen.flush();
        return exitCode;
    }

    /** All commands, to be described and not to be run: for manual pages and completion. */
    public static CommandLine commands() {
        Muster muster = new Muster();
        return commands(muster, new Session(muster.options, Map.of(), Screen.ofProcess(Map.of()), Muster::pause));
    }

    private static CommandLine commands(Muster muster, Session session) {
        return new CommandLine(muster)
                .addSubcommand(new CommandLine(new HostsCommand(session))
                        .addSubcommand(new HostsCommand.Rename(session))
                        .addSubcommand(new HostsCommand.Mark(session))
                        .addSubcommand(new HostsCommand.Retire(session)))
                .addSubcommand(new HostCommand(session))
                .addSubcommand(new FactsCommand(session))
                .addSubcommand(new ChangesCommand(session))
                .addSubcommand(new FindingsCommand(session))
                .addSubcommand(new ScoresCommand(session))
                .addSubcommand(new ReportCommand(session))
                .addSubcommand(new CommandLine(new RulesCommand())
                        .addSubcommand(new RulesCommand.ListAll(session))
                        .addSubcommand(new RulesCommand.Show(session))
                        .addSubcommand(new RulesCommand.Lint(session))
                        .addSubcommand(new RulesCommand.Test(session))
                        .addSubcommand(new RulesCommand.DryRun(session)))
                .addSubcommand(new CommandLine(new EvidenceCommand())
                        .addSubcommand(new EvidenceCommand.Create(session))
                        .addSubcommand(new EvidenceCommand.Verify(session)))
                .addSubcommand(new WaiversCommand.Waive(session))
                .addSubcommand(
                        new CommandLine(new WaiversCommand(session)).addSubcommand(new WaiversCommand.End(session)))
                .addSubcommand(new EventsCommand(session))
                .addSubcommand(new QueryCommand(session))
                .addSubcommand(new StatusCommand(session))
                .addSubcommand(new CommandLine(new AgentsCommand(session))
                        .addSubcommand(new AgentsCommand.Approve(session))
                        .addSubcommand(new AgentsCommand.Revoke(session)))
                .addSubcommand(new CommandLine(new KeysCommand(session))
                        .addSubcommand(new KeysCommand.ExportSpare(session))
                        .addSubcommand(new KeysCommand.Rotate(session)))
                .addSubcommand(new CommandLine(new EnrollCommand()).addSubcommand(new EnrollCommand.Token(session)))
                .addSubcommand(new InstallAgentCommand(session));
    }

    private static int wronglyWritten(ParameterException wrong, String[] arguments) {
        CommandLine command = wrong.getCommandLine();
        if (wrong.getMessage() != null && wrong.getMessage().startsWith("Missing required subcommand")) {
            command.usage(command.getErr());
            return CliException.USAGE;
        }
        String name = command.getCommandSpec().qualifiedName();
        CliException told =
                CliException.usage(String.valueOf(wrong.getMessage()), "See what it takes: " + name + " --help");
        command.getErr().println(told.forPeople());
        CommandLine.UnmatchedArgumentException.printSuggestions(wrong, command.getErr());
        return CliException.USAGE;
    }

    private static int failed(Exception failed, Screen screen) throws Exception {
        if (!(failed instanceof CliException told)) {
            throw failed;
        }
        screen.out().flush();
        screen.err().println(told.forPeople());
        return told.exitCode();
    }

    private static void pause(int seconds) {
        LockSupport.parkNanos(Duration.ofSeconds(seconds).toNanos());
    }

    /** From the manifest of the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Muster.class.getPackage().getImplementationVersion();
            return new String[] {"muster " + (version == null ? "(not packaged)" : version)};
        }
    }
}
