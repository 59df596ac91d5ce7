package dev.muster.agent.app;

import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.config.CollectorAddress;
import dev.muster.protocol.noise.PublicKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Gives this host to a collector; beside a running agent or without one. */
@Command(
        name = "enrol",
        aliases = "enroll",
        mixinStandardHelpOptions = true,
        description = {
            "Gives this host to a collector: installs its public key, its address and a token for the agent's next start.",
            "\"muster enroll token\" prints the whole line. May be run again; what is right already stays."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "64:key, token, an address or the configuration is wrong",
            "70:nothing could be written, the host belongs to another collector, or the agent did not start"
        })
final class EnrolCommand implements Callable<Integer> {
    /** More than any token. */
    private static final int MAX_TOKEN_BYTES = 4 << 10;

    @Mixin
    private AgentCommands.PlacesOptions places = new AgentCommands.PlacesOptions();

    @Option(names = "--key", paramLabel = "KEY", description = "the collector's public key, 44 characters")
    private String key = "";

    @Option(
            names = "--collector",
            paramLabel = "ADDRESS",
            split = ",",
            description =
                    "where the collector is: 192.0.2.7:1984, [2001:db8::7]:1984, name:1984; without it, as configured, else by multicast")
    private List<String> collectors = new ArrayList<>();

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = {
                "holds an enrolment token; - for standard input. Without a token, an administrator approves this host.",
                "There is no option for the token itself, since all users of a host see its processes' options."
            })
    private String tokenFile = "";

    @Option(names = "--replace", description = "even if this host belongs to another collector")
    private boolean replace;

    @Option(names = "--start", description = "then starts the installed service, or restarts it")
    private boolean start;

    @Option(
            names = "--show",
            description = "changes nothing, and shows as KEY=value to which collector this host belongs")
    private boolean show;

    @Override
    public Integer call() throws Exception {
        if (show) {
            AgentConfig config = places.given().config(List.of());
            enrolment(config).show(config.link().collectors()).forEach(System.out::println);
            return 0;
        }
        PublicKey collectorKey;
        try {
            collectorKey = PublicKey.parse(key);
        } catch (IllegalArgumentException e) {
            throw AgentException.usage("--key: " + e.getMessage());
        }
        List<CollectorAddress> addresses =
                collectors.stream().map(CollectorAddress::parse).toList();
        Enrolment enrolment = enrolment(places.given().config(List.of()));
        Enrolment.Former former = replace ? Enrolment.Former.REPLACED : Enrolment.Former.STAYS;
        enrolment.write(collectorKey, addresses, token(), former).forEach(System.out::println);
        if (start) {
            InstalledService.restart();
        }
        System.out.println(
                start
                        ? "started     see: muster-agent status"
                        : "next        start the agent, or restart it: systemctl enable muster-agent && systemctl restart muster-agent");
        if (tokenFile.isEmpty()) {
            System.out.println("            then on the collector: muster agents, muster agents approve");
        }
        return 0;
    }

    private Enrolment enrolment(AgentConfig config) {
        return new Enrolment(
                config.link().collectorKeys(),
                config.state().state(),
                places.given().ownFile());
    }

    private Optional<String> token() throws IOException {
        if (tokenFile.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = tokenFile.equals("-") ? System.in : Files.newInputStream(Path.of(tokenFile))) {
            return Optional.of(new String(in.readNBytes(MAX_TOKEN_BYTES), StandardCharsets.UTF_8).strip());
        }
    }
}
