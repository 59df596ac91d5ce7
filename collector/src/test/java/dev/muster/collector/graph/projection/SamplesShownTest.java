package dev.muster.collector.graph.projection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.model.InstanceKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the shipped declarations make of the facts in the samples of every type, which are what its script prints. */
final class SamplesShownTest {
    private static final Projections SHIPPED = Projections.shipped();
    private static final Path FOLDER = Path.of("..", "discovery-scripts");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static List<Path> samples() throws IOException {
        try (Stream<Path> files = Files.walk(FOLDER, 4)) {
            return files.filter(file -> file.endsWith("facts.json"))
                    .map(file -> FOLDER.resolve(FOLDER.relativize(file).subpath(0, 3)))
                    .filter(sample -> SHIPPED.types().contains(type(sample)))
                    .sorted()
                    .toList();
        }
    }

    /** Counted in the facts, without the declarations. */
    @ParameterizedTest
    @MethodSource("samples")
    void everyRowOfASampleIsShown(Path sample) throws IOException {
        JsonNode facts = facts(sample);
        Projection made = SHIPPED.project(host(Map.of(type(sample), sample)), Set.of(type(sample)));

        Map<String, Long> edges = made.edges().stream()
                .collect(Collectors.groupingBy(edge -> edge.kind().type(), Collectors.counting()));

        rows(type(sample), facts)
                .forEach((edge, rows) -> assertThat(edges.getOrDefault(edge, 0L))
                        .as(edge)
                        .isEqualTo(rows.stream().distinct().count()));
    }

    /** A misspelt member of a member would silently show nothing. */
    @Test
    void allThatIsDeclaredIsMadeBySomeSample() throws IOException {
        var made = new TreeSet<String>();
        for (Path sample : samples()) {
            for (Map<String, Path> together : withWhatOthersSay(sample)) {
                Projection projection = SHIPPED.project(host(together), Set.of(type(sample)));
                projection.edges().forEach(edge -> made.add(edge.kind().name()));
                projection
                        .nodes()
                        .forEach((node, properties) -> properties.forEach(
                                (name, value) -> made.add(node.kind().label() + "." + name)));
            }
        }

        var declared = new TreeSet<String>();
        SHIPPED.schema().edges().stream()
                .filter(edge -> !edge.declaredBy().isEmpty())
                .forEach(edge -> declared.add(edge.name()));
        SHIPPED.schema().nodes().stream()
                .filter(node -> !node.declaredBy().isEmpty())
                .forEach(node -> node.properties().stream()
                        .map(NodeKind.Property::name)
                        .filter(name -> !isGivenByTheCollector(node, name))
                        .forEach(name -> declared.add(node.label() + "." + name)));
        assertThat(made).isEqualTo(declared);
    }

    private static boolean isGivenByTheCollector(NodeKind node, String property) {
        return property.equals("since") || (property.equals(NodeKind.HOSTS_KEY) && node.owner() == NodeKind.Owner.HOST);
    }

    /** With each sample of each type that a declaration of this one may read, in turn. */
    private static List<Map<String, Path>> withWhatOthersSay(Path sample) throws IOException {
        Stream<Map<String, Path>> others = samples().stream()
                .filter(other -> !type(other).equals(type(sample)))
                .map(other -> Map.of(type(sample), sample, type(other), other));
        return Stream.concat(Stream.of(Map.of(type(sample), sample)), others).toList();
    }

    /** For each edge that the facts must become, the names of its ends. */
    private static Map<String, List<List<Object>>> rows(String type, JsonNode facts) {
        return switch (type) {
            case "netconfig" ->
                Map.of(
                        "HAS_NIC", names(facts.path("interfaces")),
                        "HAS_ADDRESS",
                                members(facts.path("interfaces"))
                                        .flatMap(nic -> members(nic.getValue().path("ipaddrs"))
                                                .map(address -> row(nic.getKey(), address.getKey())))
                                        .toList());
            case "packages" ->
                Map.of(
                        "INSTALLED",
                        members(facts)
                                .filter(manager -> manager.getValue().isObject())
                                .flatMap(manager -> members(manager.getValue())
                                        .flatMap(entry -> elements(entry.getValue())
                                                .map(version -> row(manager.getKey(), entry.getKey(), version))))
                                .toList());
            case "users" ->
                Map.of(
                        "HAS_ACCOUNT",
                        elements(facts.path("accounts"))
                                .map(account -> row(account.path("name")))
                                .toList());
            case "groups" ->
                Map.of(
                        "HAS_GROUP", names(facts.path("groups")),
                        "MEMBER_OF",
                                members(facts.path("groups"))
                                        .flatMap(group -> elements(
                                                        group.getValue().path("members"))
                                                .map(member -> row(group.getKey(), member)))
                                        .toList());
            case "services" ->
                Map.of(
                        "HAS_SERVICE",
                        Stream.of("enabled", "active", "failed", "masked")
                                .flatMap(list -> elements(facts.path(list)))
                                .map(SamplesShownTest::row)
                                .toList());
            case "listening" ->
                Map.of(
                        "RUNS", processes(facts.path("sockets").valueStream()),
                        "LISTENS",
                                elements(facts.path("sockets"))
                                        .filter(SamplesShownTest::isKnown)
                                        .map(socket -> row(
                                                process(socket),
                                                socket.path("proto"),
                                                socket.path("addr"),
                                                socket.path("port")))
                                        .toList());
            case "tcpdiscovery" ->
                Map.of(
                        "RUNS", processes(facts.path("processes").valueStream()),
                        "CONNECTS",
                                elements(facts.path("processes"))
                                        .filter(SamplesShownTest::isKnown)
                                        .flatMap(process -> elements(process.path("clientaddrs"))
                                                .map(remote -> row(
                                                        process(process), remote.path("addr"), remote.path("port"))))
                                        .toList());
            default -> throw new AssertionError("say here what " + type + " becomes");
        };
    }

    private static List<List<Object>> processes(Stream<JsonNode> list) {
        return list.filter(SamplesShownTest::isKnown)
                .map(process -> row(process(process)))
                .toList();
    }

    private static boolean isKnown(JsonNode process) {
        return process.has("exe") && process.has("uid");
    }

    private static List<JsonNode> process(JsonNode process) {
        return List.of(process.path("exe"), process.path("uid"), process.path("proxy"));
    }

    private static List<List<Object>> names(JsonNode map) {
        return members(map).map(member -> row(member.getKey())).toList();
    }

    private static List<Object> row(Object... parts) {
        return List.of(parts);
    }

    private static Stream<Map.Entry<String, JsonNode>> members(JsonNode map) {
        return map.properties().stream();
    }

    /** Those of a list, the values of a map, else the value itself. */
    private static Stream<JsonNode> elements(JsonNode value) {
        if (value.isMissingNode()) {
            return Stream.of();
        }
        return value.isContainerNode() ? value.valueStream() : Stream.of(value);
    }

    private static String type(Path sample) {
        return FOLDER.relativize(sample).subpath(0, 1).toString();
    }

    private static ObjectNode facts(Path sample) throws IOException {
        return (ObjectNode) JSON.readTree(Files.readString(sample.resolve("facts.json")));
    }

    private static HostFacts host(Map<String, Path> samples) throws IOException {
        var shown = new HashMap<InstanceKey, ObjectNode>();
        for (var sample : samples.entrySet()) {
            shown.put(InstanceKey.unnamed(sample.getKey()), facts(sample.getValue()));
        }
        return new HostFacts() {
            @Override
            public String host() {
                return "h";
            }

            @Override
            public Set<InstanceKey> instances() {
                return shown.keySet();
            }

            @Override
            public ObjectNode shown(InstanceKey key) {
                return shown.getOrDefault(key, JsonNodeFactory.instance.objectNode());
            }
        };
    }
}
