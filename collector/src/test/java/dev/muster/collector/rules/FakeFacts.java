package dev.muster.collector.rules;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.FactsView;
import dev.muster.collector.model.InstanceKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One host's facts, put together by a test. */
final class FakeFacts implements FactsView {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Map<InstanceKey, Facts> facts = new HashMap<>();
    private final Set<String> roles = new HashSet<>();
    private final Set<String> labels = new HashSet<>();
    private String name = "web1";

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    FakeFacts ok(String type, String data) {
        return with(type, FactsStatus.OK, data, List.of(), List.of(), List.of());
    }

    FakeFacts instance(String type, String instance, String data) {
        return with(new InstanceKey(type, instance), FactsStatus.OK, data, List.of(), List.of(), List.of());
    }

    FakeFacts status(String type, FactsStatus status, String... errors) {
        return with(type, status, "{}", List.of(), List.of(), List.of(errors));
    }

    FakeFacts partial(String type, String data, List<String> denied, List<String> truncated) {
        return with(type, FactsStatus.PARTIAL, data, denied, truncated, List.of());
    }

    FakeFacts named(String hostName) {
        name = hostName;
        return this;
    }

    FakeFacts role(String role) {
        roles.add(role);
        return this;
    }

    FakeFacts label(String label) {
        labels.add(label);
        return this;
    }

    FakeFacts with(
            String type,
            FactsStatus status,
            String data,
            List<String> denied,
            List<String> truncated,
            List<String> errors) {
        return with(InstanceKey.unnamed(type), status, data, denied, truncated, errors);
    }

    private FakeFacts with(
            InstanceKey key,
            FactsStatus status,
            String data,
            List<String> denied,
            List<String> truncated,
            List<String> errors) {
        facts.put(
                key,
                new Facts(
                        key,
                        1,
                        status,
                        denied,
                        errors,
                        truncated,
                        (ObjectNode) json(data),
                        Instant.EPOCH,
                        Duration.ZERO,
                        "hash of " + key.type() + " "
                                + List.of(status, denied, truncated, data).hashCode()));
        return this;
    }

    @Override
    public Optional<Facts> facts(InstanceKey key) {
        return Optional.ofNullable(facts.get(key));
    }

    @Override
    public String hostName() {
        return name;
    }

    @Override
    public Set<String> labels() {
        return Set.copyOf(labels);
    }

    @Override
    public Set<String> roles() {
        return Set.copyOf(roles);
    }
}
