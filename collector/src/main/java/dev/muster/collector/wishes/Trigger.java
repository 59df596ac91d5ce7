package dev.muster.collector.wishes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Facts of one type that start another: for each of something, unless it is not as said, a value. Pure.
 *
 * @param of the type whose facts are looked at, in its unnamed instance
 * @param each names of members on the way to what is looked at; of a list each element counts
 * @param where members of that, and the text that each must be
 * @param value the member that is the value; empty where it is the thing itself
 * @param parameter of the started type, which takes the values
 */
record Trigger(
        String of,
        List<String> each,
        Map<String, String> where,
        Optional<String> value,
        Optional<String> parameter,
        Instances instances) {
    /** What is started. */
    enum Instances {
        /** The unnamed instance, with all values. */
        ONE,
        /** An instance for each value, which is its name. */
        EACH
    }

    /** As many as the agent takes in one parameter, and half of its instances. */
    static final int MAX_VALUES = 1_000;

    private static final int MAX_VALUE_CHARS = 1_024;

    /** No values with lines or signs that show as something else: they become names and lines of a list. */
    private static final Pattern PLAIN = Pattern.compile("[\\x20-\\x7e]+");

    Trigger {
        each = List.copyOf(each);
        where = Map.copyOf(where);
    }

    static Trigger read(JsonNode json) {
        Map<String, String> where = new HashMap<>();
        json.path("where")
                .properties()
                .forEach(entry -> where.put(entry.getKey(), entry.getValue().asText()));
        return new Trigger(
                json.path("of").asText(),
                List.of(json.path("each").asText().split("\\.", -1)),
                where,
                Optional.ofNullable(json.path("value").textValue()),
                Optional.ofNullable(json.path("parameter").textValue()),
                json.path("instances").asText().equals("each") ? Instances.EACH : Instances.ONE);
    }

    /** Sorted, bounded; what is no plain text of printable ASCII is left out. */
    SortedSet<String> values(JsonNode data) {
        SortedSet<String> values = new TreeSet<>();
        for (JsonNode thing : things(data)) {
            JsonNode found = value.map(thing::path).orElse(thing);
            boolean isWanted = found.isTextual()
                    && found.textValue().length() <= MAX_VALUE_CHARS
                    && PLAIN.matcher(found.textValue()).matches()
                    && where.entrySet().stream()
                            .allMatch(
                                    entry -> thing.path(entry.getKey()).asText().equals(entry.getValue()));
            if (isWanted && values.size() < MAX_VALUES) {
                values.add(found.textValue());
            }
        }
        return values;
    }

    private List<JsonNode> things(JsonNode data) {
        List<JsonNode> things = List.of(data);
        for (String member : each) {
            List<JsonNode> next = new ArrayList<>();
            for (JsonNode thing : things) {
                JsonNode found = thing.path(member);
                if (found.isArray()) {
                    found.forEach(next::add);
                } else if (!found.isMissingNode() && !found.isNull()) {
                    next.add(found);
                }
            }
            things = next;
        }
        return things;
    }
}
