package dev.muster.collector.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.muster.collector.delivery.EventLogConfig;
import dev.muster.collector.delivery.HookConfig;
import dev.muster.collector.delivery.MailConfig;
import dev.muster.collector.graph.GraphConfig;
import dev.muster.collector.model.EnrolmentPolicy;
import dev.muster.collector.settings.Document;
import dev.muster.collector.settings.Form;
import dev.muster.collector.settings.Lines;
import dev.muster.collector.settings.Option;
import dev.muster.collector.settings.Option.Standard;
import dev.muster.collector.settings.Options;
import dev.muster.collector.settings.Section;
import dev.muster.collector.settings.SettingException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The whole configuration of a collector. An option on the command line wins over the file; an unknown key is an error.
 *
 * @param listen where agents send to
 * @param graph of the embedded graph, or a server
 * @param mail empty: mails wait in the outbox
 * @param hooks empty: there are none
 */
record CollectorConfig(
        InetSocketAddress listen,
        boolean multicast,
        InetSocketAddress api,
        Duration keepalive,
        EnrolmentPolicy enrolment,
        Duration settle,
        Graph graph,
        Optional<MailConfig> mail,
        EventLogConfig eventLog,
        Optional<HookConfig> hooks,
        RulesConfig rules,
        DiscoveryConfig discovery) {

    /** The graph's part; {@code uri} and what follows are empty for the embedded one. */
    record Graph(int boltPort, int pageCacheMebibytes, Optional<String> uri, String user, Optional<Path> passwordFile) {
        /** The same for the graph package; reads the password. */
        GraphConfig at(Path folder) {
            return new GraphConfig(folder, boltPort, pageCacheMebibytes, uri.map(this::external));
        }

        private GraphConfig.External external(String address) {
            Path file = passwordFile.orElseThrow(() -> new ConfigException("graph.uri needs graph.password_file"));
            try {
                return new GraphConfig.External(
                        URI.create(address), user, Files.readString(file).strip());
            } catch (IOException | IllegalArgumentException e) {
                throw new ConfigException("graph.uri or graph.password_file: " + e, e);
            }
        }
    }

    /** Below a second a network that stutters would look like death; above an hour nobody would call it watching. */
    private static final Form KEEPALIVE_FORM = new Form.Time(Duration.ofSeconds(1), Duration.ofHours(1));

    private static final Form SETTLE_FORM = new Form.Time(Duration.ZERO, Duration.ofHours(1));
    private static final int MAX_FILE_BYTES = 1 << 20;
    private static final int MAX_PORT = 65_535;
    private static final int MIN_PAGE_CACHE_MB = 8;
    /** A tebibyte. */
    private static final int MAX_PAGE_CACHE_MB = 1 << 20;

    private static final Option LISTEN = new Option(
            "listen",
            new Form.Address(),
            Option.is("0.0.0.0:1984"),
            "Where agents send to, UDP. Port 0 for any that is free.",
            "Another port: each agent must be told.");
    private static final Option MULTICAST = new Option(
            "multicast",
            new Form.Flag(),
            Option.is("true"),
            "Answers agents that search by multicast (224.0.2.5).",
            "One small packet for each that asks.");
    private static final Option API = new Option(
            "api",
            new Form.Address(),
            Option.is("127.0.0.1:1985"),
            "Where commands and the API are served, HTTPS. Port 0 for any that is free.",
            "`0.0.0.0:1985`: whoever reaches it may try tokens.");
    private static final Option KEEPALIVE = new Option(
            "keepalive",
            KEEPALIVE_FORM,
            Option.is("25s"),
            "How long an agent may be silent before it is looked for.",
            "Shorter: more packets. Longer: a dead host that no neighbour watches is noticed later.");
    private static final Option ENROLMENT = new Option(
            "enrolment",
            new Form.Word(List.of("approve", "token-only", "accept")),
            Option.is("approve"),
            "What becomes of agents without a token: each waits for `muster agents approve`, is turned away, or is let in.",
            "`accept`: whoever has the public key and reaches the port can report as a host.");
    private static final Option SETTLE = new Option(
            "settle",
            SETTLE_FORM,
            Option.is("10s"),
            "How long a host's first findings are gathered into one mail.",
            "Longer: that mail comes so much later.");
    private static final Option GRAPH = keys("graph", "Where the graph is.");
    private static final Option MAIL = keys("mail", "Where mail goes.");
    private static final Option EVENT_LOG = keys("event-log", "Where event lines go.");
    private static final Option HOOKS = keys("hooks", "What is run on events.");
    private static final Option RULES = keys("rules", "Which rules are judged, and with which parameters.");
    private static final Option DISCOVERY = keys("discovery", "What agents discover otherwise than declared.");
    private static final Options TOP = new Options(
            "",
            "What stands at the left margin.",
            List.of(
                    LISTEN, MULTICAST, API, KEEPALIVE, ENROLMENT, SETTLE, GRAPH, MAIL, EVENT_LOG, HOOKS, RULES,
                    DISCOVERY));

    private static final Option BOLT_PORT = new Option(
            "bolt_port",
            new Form.Count(0, MAX_PORT, ""),
            Option.is("7687"),
            "Of the embedded graph, on loopback only; 0 for any that is free.",
            "");
    private static final Option PAGE_CACHE_MB = new Option(
            "page_cache_mb",
            new Form.Count(MIN_PAGE_CACHE_MB, MAX_PAGE_CACHE_MB, "megabytes"),
            Option.is("64"),
            "Memory of the embedded graph beside the heap. Raise it with hundreds of hosts.",
            "That much memory; raise `MemoryMax` of the unit, too.");
    private static final Option URI_OPTION = new Option(
            "uri",
            new Form.Text("`neo4j://host:port` or `bolt://host:port`"),
            new Standard.None(""),
            "Your own Neo4j in place of the embedded graph.",
            "Its availability is the collector's.");
    private static final Option GRAPH_USER =
            new Option("user", new Form.Text("a name"), Option.is("neo4j"), "Who the collector is at `uri`.", "");
    private static final Option GRAPH_PASSWORD = new Option(
            "password_file",
            new Form.Text("a path"),
            new Standard.None(""),
            "File with that user's password, which only user `muster` can read. Needed with `uri`.",
            "");
    private static final Options GRAPH_OPTIONS = new Options(
            "graph",
            "The embedded graph, or your own.",
            List.of(BOLT_PORT, PAGE_CACHE_MB, URI_OPTION, GRAPH_USER, GRAPH_PASSWORD));

    private static Option keys(String key, String effect) {
        return new Option(key, new Form.Keys(), new Standard.None(""), effect, "");
    }

    /** All that the file may say: its own level first, then the sections. */
    static List<Options> options() {
        return List.of(
                TOP,
                GRAPH_OPTIONS,
                MailConfig.options(),
                EventLogConfig.options(),
                HookConfig.options(),
                RulesConfig.OPTIONS,
                DiscoveryConfig.OPTIONS,
                DiscoveryConfig.TYPE_OPTIONS);
    }

    /**
     * Reads the file; without one everything has its default.
     *
     * @param home whose {@code notification.d} holds the hooks where nothing else is said
     * @throws ConfigException naming the file, the line and what is wrong in it
     */
    static CollectorConfig read(Optional<Path> file, Path home) {
        if (file.isEmpty()) {
            return of(JsonNodeFactory.instance.objectNode(), home);
        }
        String yaml = content(file.get());
        try {
            return of(parse(file.get(), yaml), home);
        } catch (SettingException e) {
            throw new ConfigException(file.get() + " line " + line(yaml, e.key()) + ": " + e.getMessage(), e);
        }
    }

    private static String content(Path file) {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new ConfigException(file + " is larger than " + MAX_FILE_BYTES + " bytes");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new ConfigException(file + " cannot be read: " + e, e);
        }
    }

    private static JsonNode parse(Path file, String yaml) {
        try {
            JsonNode root = Document.read(yaml);
            return root.isMissingNode() || root.isNull() ? JsonNodeFactory.instance.objectNode() : root;
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            throw new ConfigException(file + " line " + line + ": not YAML: " + e.getOriginalMessage(), e);
        }
    }

    private static int line(String yaml, String key) {
        try {
            return Lines.of(yaml).of(key, 1);
        } catch (IOException e) {
            return 1;
        }
    }

    private static CollectorConfig of(JsonNode root, Path home) {
        var top = new Section(TOP, root);
        var graph = new Section(GRAPH_OPTIONS, top.node(GRAPH));
        return new CollectorConfig(
                top.address(LISTEN),
                top.flag(MULTICAST),
                top.address(API),
                top.duration(KEEPALIVE),
                top.word(ENROLMENT, EnrolmentPolicy.class),
                top.duration(SETTLE),
                new Graph(
                        graph.number(BOLT_PORT),
                        graph.number(PAGE_CACHE_MB),
                        graph.text(URI_OPTION),
                        graph.required(GRAPH_USER),
                        graph.text(GRAPH_PASSWORD).map(Path::of)),
                top.has(MAIL) ? Optional.of(MailConfig.read(top.node(MAIL))) : Optional.empty(),
                EventLogConfig.read(top.node(EVENT_LOG)),
                hooks(top, home),
                RulesConfig.read(top.node(RULES)),
                DiscoveryConfig.read(top.node(DISCOVERY)));
    }

    /** Empty where nothing is configured and the home has no {@code notification.d}. */
    private static Optional<HookConfig> hooks(Section top, Path home) {
        Path folder = home.resolve("notification.d");
        if (top.has(HOOKS)) {
            return Optional.of(HookConfig.read(top.node(HOOKS), folder));
        }
        return Files.isDirectory(folder) ? Optional.of(HookConfig.in(folder)) : Optional.empty();
    }

    CollectorConfig withListen(String text) {
        return new CollectorConfig(
                Section.address("--listen", text),
                multicast,
                api,
                keepalive,
                enrolment,
                settle,
                graph,
                mail,
                eventLog,
                hooks,
                rules,
                discovery);
    }

    CollectorConfig withApi(String text) {
        return new CollectorConfig(
                listen,
                multicast,
                Section.address("--api", text),
                keepalive,
                enrolment,
                settle,
                graph,
                mail,
                eventLog,
                hooks,
                rules,
                discovery);
    }

    CollectorConfig withBoltPort(int port) {
        var moved = new Graph(port, graph.pageCacheMebibytes(), graph.uri(), graph.user(), graph.passwordFile());
        return new CollectorConfig(
                listen, multicast, api, keepalive, enrolment, settle, moved, mail, eventLog, hooks, rules, discovery);
    }
}
