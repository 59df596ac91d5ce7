package dev.muster.collector.rules;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * One of the cases of a type's {@code cases.yaml}, whose form docs/discovery-types.md describes: facts just beside a rule's bounds.
 *
 * @param rules that the case is about
 * @param verdict of each of them, as a word
 */
record RuleCase(SampleHost host, Set<String> rules, String verdict) {
    static final String FILE = "cases.yaml";

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String EACH = "each";
    private static final String PLACEHOLDER = "$" + EACH;
    private static final List<String> VERDICTS = List.of("pass", "fail", "na", "unknown");
    private static final Set<String> OF_ENTRY = Set.of("rule", "on", "facts", "host", "pass", "fail", "na", "unknown");
    private static final Set<String> OF_CASE = Set.of("note", EACH, "facts", "host");

    @Override
    public String toString() {
        return host.facts().hostName();
    }

    /** Those of a type, whose folder need not have any. */
    static List<RuleCase> of(Path type) throws IOException {
        Path file = type.resolve(FILE);
        if (!Files.exists(file)) {
            return List.of();
        }
        var cases = new ArrayList<RuleCase>();
        for (JsonNode entry : YAML.readValue(Files.readString(file), new TypeReference<List<JsonNode>>() {})) {
            members(file, entry, OF_ENTRY);
            addEntry(cases, type, entry);
        }
        return cases;
    }

    private static void addEntry(List<RuleCase> cases, Path type, JsonNode entry) throws IOException {
        int before = cases.size();
        for (String verdict : VERDICTS) {
            for (JsonNode one : entry.path(verdict)) {
                members(type, one, OF_CASE);
                for (JsonNode value : one.has(EACH) ? one.path(EACH) : List.of(MissingNode.getInstance())) {
                    cases.add(ofEntry(type, entry, verdict, with(one, value), cases.size() + 1));
                }
            }
        }
        if (cases.size() == before) {
            throw new IllegalArgumentException(type + ": without a case: " + entry);
        }
    }

    private static RuleCase ofEntry(Path type, JsonNode entry, String verdict, JsonNode one, int number)
            throws IOException {
        JsonNode said = entry.path("rule");
        var rules = said.isArray()
                ? said.valueStream().map(JsonNode::asText).collect(Collectors.toCollection(TreeSet::new))
                : new TreeSet<>(Set.of(said.asText()));
        String note = one.has("note") ? ", " + one.path("note").asText() : "";
        String name = type.getFileName() + ": " + String.join(" ", rules) + " " + verdict + " #" + number + note;
        return new RuleCase(host(type, entry, one, name), rules, verdict);
    }

    private static SampleHost host(Path type, JsonNode entry, JsonNode one, String name) throws IOException {
        SampleHost.Recorded base = entry.has("on")
                ? SampleHost.Recorded.of(
                        type.resolve("samples").resolve(entry.path("on").asText()))
                : SampleHost.Recorded.none();
        JsonNode facts = patched(patched(base.facts(), entry.path("facts")), one.path("facts"));
        JsonNode host = patched(patched(base.host(), entry.path("host")), one.path("host"));
        return SampleHost.of(
                String.valueOf(type.getFileName()),
                name,
                new SampleHost.Recorded((ObjectNode) facts, host, base.status()));
    }

    /** A JSON merge patch (RFC 7396): members that are null go, objects are merged, all else takes the place of what was. */
    private static JsonNode patched(JsonNode target, JsonNode patch) {
        if (patch.isMissingNode()) {
            return target;
        }
        if (!patch.isObject()) {
            return patch;
        }
        ObjectNode merged = target.isObject() ? target.deepCopy() : JsonNodeFactory.instance.objectNode();
        patch.properties().forEach(member -> {
            if (member.getValue().isNull()) {
                merged.remove(member.getKey());
            } else {
                merged.set(member.getKey(), patched(merged.path(member.getKey()), member.getValue()));
            }
        });
        return merged;
    }

    /** The value in each place that is {@code $each}, its text in each text or name that {@code $each} is part of. */
    private static JsonNode with(JsonNode node, JsonNode value) {
        if (value.isMissingNode()) {
            return node;
        }
        if (node.isTextual()) {
            return node.textValue().equals(PLACEHOLDER)
                    ? value
                    : JsonNodeFactory.instance.textNode(node.textValue().replace(PLACEHOLDER, value.asText()));
        }
        if (node.isArray()) {
            ArrayNode list = JsonNodeFactory.instance.arrayNode();
            node.forEach(element -> list.add(with(element, value)));
            return list;
        }
        if (node.isObject()) {
            ObjectNode map = JsonNodeFactory.instance.objectNode();
            node.properties()
                    .forEach(member -> map.set(
                            member.getKey().replace(PLACEHOLDER, value.asText()), with(member.getValue(), value)));
            return map;
        }
        return node;
    }

    private static void members(Path where, JsonNode node, Set<String> known) {
        node.properties().forEach(member -> {
            if (!known.contains(member.getKey())) {
                throw new IllegalArgumentException(where + ": unknown member " + member.getKey() + " in " + node);
            }
        });
    }
}
