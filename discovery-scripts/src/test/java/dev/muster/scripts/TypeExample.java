package dev.muster.scripts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a type's page shows of its facts: a sample's, cut to what a page can hold.
 *
 * @param text JSON; an ellipsis stands where more was
 */
record TypeExample(Sample sample, String text) {
    private static final int TEXTS_SHOWN = 2;
    private static final int RECORDS_SHOWN = 1;
    private static final int ENTRIES_SHOWN = 2;
    private static final int MEMBERS_SHOWN = 40;
    private static final int TEXT_CHARS = 100;

    /** Larger ones hold more of the same. */
    private static final int WELCOME_BYTES = 4_000;

    private static final String LEFT_OUT = "…";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Of one that is whole and ordinary, with as much to show as a page can hold; empty where none has facts. */
    static Optional<TypeExample> of(Path type) throws IOException {
        var byWorth = new TreeMap<Long, Sample>();
        for (Sample sample : Sample.of(type)) {
            if (sample.json("facts.json").isPresent()) {
                byWorth.put(worth(sample), sample);
            }
        }
        if (byWorth.isEmpty()) {
            return Optional.empty();
        }
        Sample best = byWorth.lastEntry().getValue();
        JsonNode facts = best.json("facts.json").orElseThrow();
        return Optional.of(
                new TypeExample(best, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(record(facts))));
    }

    boolean isShortened() {
        return text.contains(LEFT_OUT);
    }

    private static long worth(Sample sample) throws IOException {
        long size = Files.size(sample.folder().resolve("facts.json"));
        String name = ShippedFiles.nameOf(sample.folder());
        boolean isOrdinary = sample.status() == 0 && !name.matches(".*(nasty|hostile|empty|cut|odd).*");
        return (isOrdinary ? 1L << 40 : 0) + (size > WELCOME_BYTES ? -size : size);
    }

    private static JsonNode shortened(JsonNode value) {
        if (value.isTextual() && value.asText().length() > TEXT_CHARS) {
            return JsonNodeFactory.instance.textNode(value.asText().substring(0, TEXT_CHARS) + LEFT_OUT);
        }
        if (value.isArray()) {
            return list(value);
        }
        return value.isObject() ? record(value) : value;
    }

    private static ArrayNode list(JsonNode value) {
        int limit = value.path(0).isObject() ? RECORDS_SHOWN : TEXTS_SHOWN;
        ArrayNode few = JsonNodeFactory.instance.arrayNode();
        value.valueStream().limit(limit).forEach(item -> few.add(shortened(item)));
        return value.size() > limit ? few.add(LEFT_OUT) : few;
    }

    /** Of a map of records few are shown. */
    private static ObjectNode record(JsonNode value) {
        boolean isMap = value.size() > 0 && value.valueStream().allMatch(JsonNode::isObject);
        int limit = isMap ? ENTRIES_SHOWN : MEMBERS_SHOWN;
        ObjectNode few = JsonNodeFactory.instance.objectNode();
        value.properties().stream()
                .limit(limit)
                .forEach(member -> few.set(member.getKey(), shortened(member.getValue())));
        return value.size() > limit ? few.put(LEFT_OUT, LEFT_OUT) : few;
    }
}
