package dev.muster.collector.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.FactsView;
import dev.muster.collector.model.InstanceKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One host's facts from a file, to try rules on with no collector running: what {@code muster facts --json} prints, a list of these, or
 * {@code {"facts": {"sshd": data or the word of a status}, "roles": […], "labels": […]}}.
 */
public final class GivenFacts implements FactsView {
    private final Map<InstanceKey, Facts> facts = new HashMap<>();
    private final String hostName;
    private final Set<String> roles;
    private final Set<String> labels;

    private GivenFacts(JsonNode file) {
        this.hostName = file.path("host_name").asText("host");
        this.roles = texts(file.path("roles"));
        this.labels = texts(file.path("labels"));
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException where the file is none of these
     */
    public static GivenFacts of(JsonNode file) {
        var given = new GivenFacts(file);
        if (file.isArray()) {
            file.forEach(given::addReport);
        } else if (file.has("data") && file.has("type")) {
            given.addReport(file);
        } else if (file.path("facts").isObject()) {
            file.path("facts").properties().forEach(entry -> given.addType(entry.getKey(), entry.getValue()));
        } else {
            throw new IllegalArgumentException("is neither what \"muster facts --json\" prints nor {\"facts\": {…}}");
        }
        return given;
    }

    private void addReport(JsonNode report) {
        if (!report.path("type").isTextual() || !(report.path("data") instanceof ObjectNode data)) {
            throw new IllegalArgumentException("has an entry without \"type\" and \"data\"");
        }
        add(
                new InstanceKey(
                        report.path("type").textValue(), report.path("instance").asText("")),
                FactsStatus.of(report.path("status").asText("ok")),
                List.copyOf(texts(report.path("denied"))),
                List.copyOf(texts(report.path("truncated"))),
                data);
    }

    private void addType(String type, JsonNode value) {
        InstanceKey key = InstanceKey.unnamed(type);
        if (value instanceof ObjectNode data) {
            add(key, FactsStatus.OK, List.of(), List.of(), data);
        } else {
            add(key, FactsStatus.of(value.asText()), List.of(), List.of(), JsonNodeFactory.instance.objectNode());
        }
    }

    private void add(
            InstanceKey key, FactsStatus status, List<String> denied, List<String> truncated, ObjectNode data) {
        String hash = Digests.of(List.of(key.toString(), status.word(), denied + " " + truncated, data.toString()));
        facts.put(
                key, new Facts(key, 1, status, denied, List.of(), truncated, data, Instant.EPOCH, Duration.ZERO, hash));
    }

    private static Set<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asText).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Optional<Facts> facts(InstanceKey key) {
        return Optional.ofNullable(facts.get(key));
    }

    @Override
    public String hostName() {
        return hostName;
    }

    @Override
    public Set<String> roles() {
        return roles;
    }

    @Override
    public Set<String> labels() {
        return labels;
    }
}
