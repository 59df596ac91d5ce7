package dev.muster.collector.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.model.FactsStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The host of a sample, as docs/discovery-types.md describes its files.
 *
 * @param type the discovery type whose sample it is
 * @param facts of it, and of the others that host.json names
 * @param parameters what the site sets
 * @param answers of host functions, in place of their own
 */
record SampleHost(String type, FakeFacts facts, Map<String, JsonNode> parameters, JsonNode answers) {
    /**
     * What a sample's folder says of its host.
     *
     * @param facts what the script prints, reserved names included
     * @param status of its run
     */
    record Recorded(ObjectNode facts, JsonNode host, FactsStatus status) {
        static Recorded of(Path sample) throws IOException {
            if (!Files.isDirectory(sample)) {
                throw new IllegalArgumentException("no sample " + sample);
            }
            return new Recorded(
                    (ObjectNode) json(sample.resolve("facts.json")),
                    json(sample.resolve("host.json")),
                    statusOf(sample));
        }

        static Recorded none() {
            return new Recorded(
                    JsonNodeFactory.instance.objectNode(), JsonNodeFactory.instance.objectNode(), FactsStatus.OK);
        }
    }

    static SampleHost of(Path sample) throws IOException {
        String type = sample.getName(sample.getNameCount() - 3).toString();
        return of(type, type + "/" + sample.getFileName(), Recorded.of(sample));
    }

    static SampleHost of(String type, String name, Recorded files) {
        FakeFacts facts = data(type, files).named(name);
        files.host().path("roles").forEach(role -> facts.role(role.asText()));
        files.host().path("facts").properties().forEach(other -> report(facts, other.getKey(), other.getValue()));
        return new SampleHost(
                type,
                facts,
                values(files.host().path("parameters")),
                files.host().path("answers"));
    }

    private static FakeFacts data(String type, Recorded files) {
        ObjectNode data = files.facts().deepCopy();
        var denied = texts(data.remove("_denied"));
        var truncated = texts(data.remove("_truncated"));
        var errors = texts(data.remove("_errors"));
        return new FakeFacts().with(type, files.status(), data.toString(), denied, truncated, errors);
    }

    private static FactsStatus statusOf(Path sample) throws IOException {
        Path file = sample.resolve("status");
        int exit = Files.exists(file) ? Integer.parseInt(Files.readString(file).strip()) : 0;
        return switch (exit) {
            case 0 -> FactsStatus.OK;
            case 3 -> FactsStatus.ABSENT;
            case 4 -> FactsStatus.UNSUPPORTED;
            case 5 -> FactsStatus.DENIED;
            case 6 -> FactsStatus.PARTIAL;
            default -> FactsStatus.ERROR;
        };
    }

    /** Another type's data, or the word of a status. */
    private static void report(FakeFacts facts, String type, JsonNode report) {
        if (report.isTextual()) {
            facts.status(type, FactsStatus.of(report.textValue()));
        } else {
            facts.ok(type, report.toString());
        }
    }

    private static Map<String, JsonNode> values(JsonNode parameters) {
        return parameters.properties().stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Every function, each asking for the answers of the host that is judged just then. */
    static List<HostFunction> functions(Supplier<JsonNode> answers) {
        return HostFunctions.shipped().stream()
                .map(function -> function.answering((scene, arguments) -> {
                    JsonNode said = answers.get().path(function.name());
                    JsonNode answer = said.isObject() ? said.path((String) arguments.getFirst()) : said;
                    return answer.isMissingNode()
                            ? function.body().apply(scene, arguments)
                            : new Answer.Value(CelValues.of(answer));
                }))
                .toList();
    }

    private static List<String> texts(JsonNode list) {
        return list == null
                ? List.of()
                : list.valueStream().map(JsonNode::asText).toList();
    }

    static JsonNode json(Path file) throws IOException {
        return Files.exists(file) ? FakeFacts.json(Files.readString(file)) : JsonNodeFactory.instance.objectNode();
    }
}
