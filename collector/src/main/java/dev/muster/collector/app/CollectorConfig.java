package dev.muster.collector.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.muster.collector.delivery.DeliveryConfigException;
import dev.muster.collector.delivery.EventLogConfig;
import dev.muster.collector.delivery.HookConfig;
import dev.muster.collector.delivery.MailConfig;
import dev.muster.collector.graph.GraphConfig;
import dev.muster.collector.model.EnrolmentPolicy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The whole configuration of a collector. An option on the command line wins over the file; an unknown key is an error.
 *
 * <pre>
 * listen: 0.0.0.0:1984        # agents, UDP
 * multicast: true             # answer agents that search for a collector
 * api: 127.0.0.1:1985         # HTTPS
 * keepalive: 25s              # how long an agent may be silent
 * enrolment: approve          # approve | token-only | accept: what becomes of agents without a token
 * settle: 10s                 # how long a host's first findings are gathered into one mail
 * graph:
 *   bolt_port: 7687           # of the embedded graph, on loopback; 0 for any
 *   page_cache_mb: 64
 *   uri, user, password_file  # instead of the embedded graph: your Neo4j
 * mail: …                     # see docs/getting-started.md
 * event-log: …
 * hooks: …                    # executables that are run on events; the folder notification.d in the home when it is there
 * rules: …                    # profiles and parameters, see docs/rules.md
 * discovery: …                # what agents are to discover otherwise than declared, see docs/discovery-types.md
 * </pre>
 *
 * @param listen where agents send to
 * @param graph of the embedded graph, or a server
 * @param mail empty: mails wait in the outbox
 * @param hooks the section as it stands, since its default depends on the home; see {@link #hooksIn}
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
        JsonNode hooks,
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

    private static final List<String> KEYS = List.of(
            "listen",
            "multicast",
            "api",
            "keepalive",
            "enrolment",
            "settle",
            "graph",
            "mail",
            "event-log",
            "hooks",
            "rules",
            "discovery");
    private static final List<String> GRAPH_KEYS =
            List.of("bolt_port", "page_cache_mb", "uri", "user", "password_file");

    /**
     * Reads the file; without one everything has its default.
     *
     * @throws ConfigException naming the file and what is wrong in it
     */
    static CollectorConfig read(Optional<Path> file) {
        if (file.isEmpty()) {
            return of(JsonNodeFactory.instance.objectNode());
        }
        try {
            return of(parse(file.get()));
        } catch (ConfigException | DeliveryConfigException e) {
            throw new ConfigException(file.get() + ": " + e.getMessage(), e);
        }
    }

    private static JsonNode parse(Path file) {
        try {
            JsonNode root = YAMLMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                    .build()
                    .readTree(Files.readString(file));
            return root.isMissingNode() || root.isNull() ? JsonNodeFactory.instance.objectNode() : root;
        } catch (JsonProcessingException e) {
            throw new ConfigException("not YAML: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new ConfigException("cannot be read: " + e, e);
        }
    }

    private static CollectorConfig of(JsonNode root) {
        onlyKnown("", root, KEYS);
        JsonNode graph = root.path("graph");
        onlyKnown("graph.", graph, GRAPH_KEYS);
        return new CollectorConfig(
                address("listen", root.path("listen").asText("0.0.0.0:1984")),
                root.path("multicast").asBoolean(true),
                address("api", root.path("api").asText("127.0.0.1:1985")),
                duration("keepalive", root.path("keepalive").asText("25s")),
                enrolment(root.path("enrolment").asText("approve")),
                duration("settle", root.path("settle").asText("10s")),
                new Graph(
                        number("graph.bolt_port", graph.path("bolt_port"), 7687, 0, 65_535),
                        number("graph.page_cache_mb", graph.path("page_cache_mb"), 64, 8, 1 << 20),
                        text(graph.path("uri")),
                        graph.path("user").asText("neo4j"),
                        text(graph.path("password_file")).map(Path::of)),
                root.has("mail") ? Optional.of(MailConfig.read(root.path("mail"))) : Optional.empty(),
                EventLogConfig.read(eventLog(root)),
                root.path("hooks"),
                RulesConfig.read(root.path("rules")),
                DiscoveryConfig.read(root.path("discovery")));
    }

    /** Empty where nothing is configured and the home has no {@code notification.d}. */
    Optional<HookConfig> hooksIn(Path home) {
        Path folder = home.resolve("notification.d");
        if (!hooks.isMissingNode()) {
            return Optional.of(HookConfig.read(hooks, folder));
        }
        return Files.isDirectory(folder) ? Optional.of(HookConfig.in(folder)) : Optional.empty();
    }

    CollectorConfig withListen(String text) {
        return new CollectorConfig(
                address("--listen", text),
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
                address("--api", text),
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

    private static EnrolmentPolicy enrolment(String text) {
        return switch (text) {
            case "approve" -> EnrolmentPolicy.APPROVE;
            case "token-only" -> EnrolmentPolicy.TOKEN_ONLY;
            case "accept" -> EnrolmentPolicy.ACCEPT;
            default -> throw new ConfigException("enrolment: approve, token-only or accept, not " + text);
        };
    }

    private static void onlyKnown(String prefix, JsonNode section, List<String> known) {
        Set<String> unknown = section.properties().stream()
                .map(Map.Entry::getKey)
                .filter(key -> !known.contains(key))
                .collect(Collectors.toCollection(TreeSet::new));
        if (!unknown.isEmpty()) {
            throw new ConfigException(
                    "unknown key " + prefix + unknown.iterator().next() + "; known are "
                            + known.stream().map(key -> prefix + key).collect(Collectors.joining(", ")));
        }
    }

    /** Without a word on it, events go to standard output, where the service manager keeps them. */
    private static JsonNode eventLog(JsonNode root) {
        return root.has("event-log")
                ? root.path("event-log")
                : JsonNodeFactory.instance.objectNode().put("output", "stdout");
    }

    private static Optional<String> text(JsonNode node) {
        return node.isTextual() && !node.textValue().isBlank() ? Optional.of(node.textValue()) : Optional.empty();
    }

    private static int number(String key, JsonNode node, int otherwise, int least, int most) {
        if (node.isMissingNode()) {
            return otherwise;
        }
        if (!node.isInt() || node.intValue() < least || node.intValue() > most) {
            throw new ConfigException(key + ": a number from " + least + " to " + most + ", not " + node);
        }
        return node.intValue();
    }

    static Duration duration(String key, String text) {
        var parts = Pattern.compile("([0-9]{1,6})(ms|s|m|h)").matcher(text);
        if (!parts.matches()) {
            throw new ConfigException(key + ": a number with ms, s, m or h, for example 25s, not " + text);
        }
        long amount = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
    }

    /** {@code address:port}, an IPv6 address in brackets; a name is looked up. */
    private static InetSocketAddress address(String key, String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (host.isEmpty() || !text.substring(colon + 1).matches("[0-9]{1,5}")) {
            throw new ConfigException(key + ": address:port, for example 0.0.0.0:1984 or [::]:1984, not " + text);
        }
        int port = Integer.parseInt(text.substring(colon + 1));
        if (port > 65_535) {
            throw new ConfigException(key + ": a port is at most 65535, not " + port);
        }
        var address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new ConfigException(key + ": no address is known for " + host);
        }
        return address;
    }
}
