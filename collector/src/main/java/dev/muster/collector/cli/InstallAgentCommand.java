package dev.muster.collector.cli;

import static dev.muster.collector.cli.Table.Column.left;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.install.AgentInstaller;
import dev.muster.collector.install.HostReport;
import dev.muster.collector.install.HostReport.Outcome;
import dev.muster.collector.install.InstallException;
import dev.muster.collector.install.InstallPlan;
import dev.muster.collector.install.PackageFile;
import dev.muster.collector.install.SshSettings;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "install-agent",
        description = {
            "Installs the agent on other hosts over ssh, enrols it, starts it, and waits for the first facts.",
            "Uses the system's ssh and its configuration, and the hosts' own package managers. May be run again:"
                    + " what is done is not done twice, and an older agent is upgraded."
        })
final class InstallAgentCommand implements Callable<Integer> {
    /** What may stand before ssh's host: no option, nothing that a shell would read. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_\\[][A-Za-z0-9_.:@%\\[\\]-]{0,254}");

    private static final Pattern USER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}");
    private static final Pattern PACKAGE = Pattern.compile("muster-agent[_-].*\\.(deb|rpm)");
    private static final int MAX_JOBS = 64;
    /** A day: whoever waits longer does not wait. */
    private static final int MAX_WAIT_SECONDS = 86_400;

    private final Session session;

    @Parameters(
            paramLabel = "HOST",
            arity = "1..*",
            description = "Names, addresses, or aliases of ~/.ssh/config, with USER@ where needed; @FILE for a list.")
    private List<String> hosts = List.of();

    @Option(names = "--user", paramLabel = "USER", description = "To log in as. Where that is not root, sudo is used.")
    private String user = "";

    @Option(
            names = "--package",
            paramLabel = "FILE",
            description =
                    "A package of muster-agent; again for each kind and architecture. Without it, those in this folder.")
    private List<Path> packages = List.of();

    @Option(
            names = "--jobs",
            paramLabel = "N",
            defaultValue = "8",
            description = "So many hosts at the same time (${DEFAULT-VALUE} when not given).")
    private int jobs;

    @Option(
            names = "--collector",
            paramLabel = "ADDRESS",
            description = "Where the hosts find the collector, if not where it thinks: name:1984, 192.0.2.7:1984.")
    private String collector = "";

    @Option(
            names = "--ask-password",
            description =
                    "Asks for a password, once, for login and sudo; from standard input where there is no terminal.")
    private boolean askPassword;

    @Option(
            names = "--accept-new-host-keys",
            description =
                    "Believes the SSH keys of hosts that were never met. One that changed is refused all the same.")
    private boolean acceptNewHostKeys;

    @Option(names = "--ssh-config", paramLabel = "FILE", description = "In place of ~/.ssh/config.")
    private @Nullable Path sshConfig;

    @Option(
            names = "--lock-wait",
            paramLabel = "SECONDS",
            defaultValue = "120",
            description = "How long a busy package manager is waited for (${DEFAULT-VALUE} when not given).")
    private int lockSeconds;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "120",
            description = "How long the first facts are waited for (${DEFAULT-VALUE} when not given).")
    private int factsSeconds;

    @Option(names = "--replace", description = "Also takes hosts that belong to another collector.")
    private boolean replace;

    InstallAgentCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        List<String> targets =
                hosts.stream().map(InstallAgentCommand::host).distinct().toList();
        between("--jobs", jobs, 1, MAX_JOBS);
        between("--lock-wait", lockSeconds, 0, MAX_WAIT_SECONDS);
        between("--wait", factsSeconds, 0, MAX_WAIT_SECONDS);
        if (!user.isEmpty() && !USER.matcher(user).matches()) {
            throw CliException.usage("not a user: " + user, "See --help.");
        }
        List<PackageFile> given = packages();
        ApiClient client = session.open();
        CollectorIdentity identity = CollectorIdentity.ask(client, collector);
        var plan = new InstallPlan(
                given,
                new SshSettings(
                        user.isEmpty() ? Optional.empty() : Optional.of(user),
                        Optional.ofNullable(sshConfig),
                        acceptNewHostKeys ? SshSettings.HostKeys.ACCEPT_NEW : SshSettings.HostKeys.KNOWN,
                        askPassword ? Optional.of(password()) : Optional.empty()),
                identity.address(),
                identity.key(),
                replace ? InstallPlan.Former.REPLACED : InstallPlan.Former.LEFT_ALONE,
                lockSeconds,
                factsSeconds,
                Math.min(jobs, targets.size()));
        session.screen().note("collector " + identity.address() + ", its key is " + identity.fingerprint());
        List<HostReport> reports = new AgentInstaller(
                        plan, new ApiCollectorSide(client), this::progress, session.pause()::seconds)
                .install(targets);
        return tell(reports);
    }

    private static String host(String given) {
        if (HOST.matcher(given).matches()) {
            return given;
        }
        throw CliException.usage("not a host: " + given, "A name, an address, or an alias of ~/.ssh/config.");
    }

    private static void between(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw CliException.usage(
                    option + " is a number from " + least + " to " + most + ", not " + value, "See --help.");
        }
    }

    private List<PackageFile> packages() throws IOException {
        List<Path> files = packages;
        if (files.isEmpty()) {
            try (Stream<Path> here = Files.list(Path.of(""))) {
                files = here.filter(file ->
                                PACKAGE.matcher(file.getFileName().toString()).matches())
                        .sorted()
                        .toList();
            }
        }
        if (files.isEmpty()) {
            throw CliException.usage(
                    "there is no package of muster-agent in this folder",
                    "Name one: --package muster-agent_VERSION_amd64.deb.");
        }
        try {
            return files.stream().map(PackageFile::read).toList();
        } catch (InstallException wrong) {
            throw CliException.usage(String.valueOf(wrong.getMessage()), wrong.remedy());
        }
    }

    private static String password() throws IOException {
        // There may be none, depending on the modules of the runtime.
        Optional<Console> terminal = Optional.ofNullable(System.console()).filter(Console::isTerminal);
        if (terminal.isPresent()) {
            char @Nullable [] typed = terminal.get().readPassword("Password for login and sudo: ");
            return typed == null ? "" : new String(typed);
        }
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        return Optional.ofNullable(in.readLine())
                .orElseThrow(() -> CliException.usage("no password on standard input", "See --ask-password."));
    }

    private synchronized void progress(String host, String text) {
        session.screen().err().println(Text.escape(host + ": " + text));
        session.screen().err().flush();
    }

    private int tell(List<HostReport> reports) {
        long failed = reports.stream()
                .filter(report -> report.outcome() == Outcome.FAILED)
                .count();
        if (session.json()) {
            session.screen().out().println(Text.escapeJson(json(reports).toString()));
        } else {
            layOut(reports);
        }
        if (failed == 0) {
            return 0;
        }
        session.screen().note(failed + " of " + reports.size() + " failed; once that is mended, run the same again");
        return CliException.REFUSED;
    }

    private void layOut(List<HostReport> reports) {
        Table table = Table.of(left("HOST"), left("RESULT"), left("AGENT"), left("NAME"));
        reports.forEach(report -> table.add(report.host(), report.outcome().word(), report.version(), report.name()));
        table.print(session.screen());
        for (HostReport report : reports) {
            report.failure().ifPresent(failure -> {
                session.screen().out().println();
                session.screen()
                        .out()
                        .println(Text.escape(
                                report.host() + ": " + failure.reason().word() + ", " + failure.step()));
                Fields fields = new Fields();
                fields.add("what", failure.detail());
                fields.add("log", failure.log());
                fields.add("do", failure.remedy());
                fields.print(session.screen(), "  ");
            });
        }
    }

    private static ObjectNode json(List<HostReport> reports) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ArrayNode all = root.putArray("hosts");
        for (HostReport report : reports) {
            ObjectNode each = all.addObject()
                    .put("host", report.host())
                    .put("result", report.outcome().word())
                    .put("version", report.version())
                    .put("name", report.name());
            report.failure()
                    .ifPresent(failure -> each.put("reason", failure.reason().word())
                            .put("step", failure.step())
                            .put("detail", failure.detail())
                            .put("remedy", failure.remedy())
                            .put("log", failure.log()));
        }
        return root;
    }
}
