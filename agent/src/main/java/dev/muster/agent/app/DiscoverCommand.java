package dev.muster.agent.app;

import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.discovery.Catalogue;
import dev.muster.agent.discovery.DiscoveryPlan;
import dev.muster.agent.discovery.DiscoveryType;
import dev.muster.agent.discovery.InstanceKey;
import dev.muster.agent.discovery.PlannedInstance;
import dev.muster.agent.discovery.RunResult;
import dev.muster.agent.discovery.Runner;
import dev.muster.agent.discovery.RunnerSettings;
import dev.muster.protocol.message.FactsStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/** Runs discovery types once, beside a running agent or without one, and sends nothing. */
@Command(
        name = "discover",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a discovery type once and shows what it finds; nothing is sent.",
            "The administrator's own types, too. As the agent does, it refuses scripts that others may change.",
            "Every key of agent.conf is an option, too: --own-types=DIR for OWN_TYPES."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:facts were found",
            "1:the script failed, took too long, or was refused",
            "3:what it looks for is not there",
            "4:this system cannot have it",
            "5:it was denied",
            "6:facts were found, and some were not",
            "64:there is no such type"
        })
final class DiscoverCommand implements Callable<Integer> {
    private static final int USAGE = 64;

    @Mixin
    private AgentCommands.PlacesOptions places = new AgentCommands.PlacesOptions();

    @Parameters(paramLabel = "TYPE", arity = "0..1", description = "its name, such as sshd")
    private @Nullable String type;

    @Option(
            names = "--all",
            description = "runs each type that the agent runs on this host by itself, one after the other")
    private boolean all;

    @Option(names = "--timing", description = "shows what each costs instead of what it finds")
    private boolean timing;

    @Option(
            names = "--root",
            paramLabel = "DIR",
            defaultValue = "",
            description = "look at the host whose files are mounted here")
    private String root = "";

    @Option(
            names = "--parameter",
            paramLabel = "NAME=VALUE",
            description = "a parameter of the type; of a list, with a line for each")
    private Map<String, String> parameters = new LinkedHashMap<>();

    @Unmatched
    private List<String> settings = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        if (all == (type != null)) {
            throw new AgentException("say either a type or --all");
        }
        AgentConfig config = places.given().config(settings);
        Path folder = Files.createTempDirectory("muster-discover-");
        try {
            Catalogue catalogue = HostDiscovery.catalogue(config.discovery(), folder);
            catalogue.problems().forEach(problem -> System.err.println("muster-agent: " + problem));
            var settings = new RunnerSettings(
                    RunnerSettings.DEFAULT_SEARCH_PATH, root, catalogue.lib(), folder.resolve("pipes"));
            var runner = new Runner(settings, InstantSource.system(), System::nanoTime);
            return type != null ? one(runner, catalogue, type) : each(runner, catalogue, config);
        } finally {
            Trees.delete(folder);
        }
    }

    private int one(Runner runner, Catalogue catalogue, String name) throws IOException, InterruptedException {
        DiscoveryType found = catalogue.type(name).orElse(null);
        if (found == null) {
            System.err.println("muster-agent: there is no discovery type " + name + "; there are "
                    + String.join(" ", catalogue.types().keySet()));
            return USAGE;
        }
        var plan = new PlannedInstance(
                InstanceKey.of(name), found, found.interval(), parameters, PlannedInstance.FirstRun.SOON);
        RunResult result = runner.run(plan);
        if (timing) {
            TimingTable.print(List.of(new TimingTable.Row(plan, result)), System.out);
        } else {
            show(result);
        }
        return exitCode(result.report().status());
    }

    private int each(Runner runner, Catalogue catalogue, AgentConfig config) throws IOException, InterruptedException {
        DiscoveryPlan plan = HostDiscovery.plan(catalogue, config.discovery(), root);
        var rows = new ArrayList<TimingTable.Row>();
        for (PlannedInstance instance : plan.instances()) {
            RunResult result = runner.run(instance);
            rows.add(new TimingTable.Row(instance, result));
            if (!timing) {
                System.out.println("== " + instance.key());
                show(result);
            }
        }
        if (timing) {
            TimingTable.print(rows, System.out);
        }
        return 0;
    }

    /** Facts on standard output, so that a program may read them; whatever else is to be said on standard error. */
    private static void show(RunResult result) throws IOException {
        var report = result.report();
        if (!report.data().isEmpty()) {
            report.data().writeTo(System.out);
            System.out.println();
        }
        System.out.flush();
        if (report.status() != FactsStatus.OK) {
            System.err.println("status: " + report.status().wireName());
        }
        report.denied().forEach(text -> System.err.println("denied: " + text));
        report.truncated().forEach(text -> System.err.println("truncated: " + text));
        report.errors().forEach(text -> System.err.println("error: " + text.strip()));
    }

    private static int exitCode(FactsStatus status) {
        return switch (status) {
            case OK -> 0;
            case ABSENT -> 3;
            case UNSUPPORTED -> 4;
            case DENIED -> 5;
            case PARTIAL -> 6;
            case TIMEOUT, ERROR -> 1;
        };
    }
}
