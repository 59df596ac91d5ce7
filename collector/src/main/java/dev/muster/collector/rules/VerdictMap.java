package dev.muster.collector.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Judgement;
import dev.muster.collector.model.Rule;
import dev.muster.collector.model.Verdict;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What every rule last said of one host. Keys are a rule's id, for a named instance {@code id:instance}. Immutable.
 *
 * <p>As JSON an object with sorted keys, each an array {@code [verdict, since, unknownSince, reason, evidence]}: times in
 * milliseconds since 1970, what is not there null, nulls at the end left out.
 */
public record VerdictMap(SortedMap<String, Entry> entries) {
    public static final VerdictMap EMPTY = new VerdictMap(new TreeMap<>());

    public VerdictMap {
        entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
    }

    /**
     * What is remembered of one rule.
     *
     * @param verdict the last known one; {@link Verdict#UNKNOWN} where there never was one
     * @param since when it became that
     * @param unknownSince since when nothing can be said; the verdict before that still stands
     * @param reason why it is na, or unknown now
     * @param evidence for a failure a short hash of what its evidence shows, to notice when that changes
     */
    public record Entry(
            Verdict verdict,
            Instant since,
            Optional<Instant> unknownSince,
            Optional<String> reason,
            Optional<String> evidence) {}

    /** The key under which a judgement is kept. */
    public static String keyOf(Judgement judgement) {
        return keyOf(judgement.rule(), judgement.instance());
    }

    static String keyOf(Rule rule, InstanceKey instance) {
        return instance.instance().isEmpty() ? rule.id() : rule.id() + ":" + instance.instance();
    }

    public Optional<Entry> entry(String key) {
        return Optional.ofNullable(entries.get(key));
    }

    public ObjectNode toJson() {
        var json = JsonNodeFactory.instance.objectNode();
        entries.forEach((key, entry) -> json.set(key, toJson(entry)));
        return json;
    }

    /**
     * Reads what {@link #toJson} made.
     *
     * @throws IllegalArgumentException where it is something else
     */
    public static VerdictMap of(JsonNode json) {
        if (!json.isObject()) {
            throw new IllegalArgumentException("verdicts are not an object");
        }
        var entries = new TreeMap<String, Entry>();
        for (Map.Entry<String, JsonNode> member : json.properties()) {
            entries.put(member.getKey(), entryOf(member.getKey(), member.getValue()));
        }
        return new VerdictMap(entries);
    }

    private static ArrayNode toJson(Entry entry) {
        var array = JsonNodeFactory.instance.arrayNode();
        array.add(entry.verdict().word());
        array.add(entry.since().toEpochMilli());
        array.add(entry.unknownSince().map(Instant::toEpochMilli).orElse(null));
        array.add(entry.reason().orElse(null));
        array.add(entry.evidence().orElse(null));
        while (array.get(array.size() - 1).isNull()) {
            array.remove(array.size() - 1);
        }
        return array;
    }

    private static Entry entryOf(String key, JsonNode array) {
        if (!array.isArray() || !array.path(0).isTextual() || !array.path(1).isIntegralNumber()) {
            throw new IllegalArgumentException("verdict of " + key + " is not [verdict, since, …]");
        }
        return new Entry(
                Verdict.of(array.path(0).asText()),
                Instant.ofEpochMilli(array.path(1).longValue()),
                Optional.of(array.path(2))
                        .filter(JsonNode::isIntegralNumber)
                        .map(at -> Instant.ofEpochMilli(at.longValue())),
                Optional.of(array.path(3)).filter(JsonNode::isTextual).map(JsonNode::textValue),
                Optional.of(array.path(4)).filter(JsonNode::isTextual).map(JsonNode::textValue));
    }
}
