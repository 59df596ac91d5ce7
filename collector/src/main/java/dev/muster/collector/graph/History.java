package dev.muster.collector.graph;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.flipkart.zjsonpatch.DiffFlags;
import com.flipkart.zjsonpatch.JsonDiff;
import com.flipkart.zjsonpatch.JsonPatch;
import dev.muster.collector.model.Facts;
import java.util.EnumSet;
import java.util.List;

/**
 * History as reverse deltas: the graph holds the newest body, each change the way back to the body before it. Pure.
 *
 * <p>A delta is an RFC 6902 patch, or {@code {"whole": body}} where the patch is larger than half of the body, or would cost too much to
 * compute. Every patch is tried before it is kept, so that no fault of the differ can lose history.
 */
public final class History {
    /**
     * The differ compares lists in time proportional to the product of their lengths, after the equal start and end: about a second here.
     * Two lists of 3,000 packages that differ from first to last stay below it.
     */
    private static final long MAX_LIST_COMPARISONS = 10_000_000;

    /** Moves and copies save bytes that matter little, and cost a search over the whole body. */
    private static final EnumSet<DiffFlags> FLAGS =
            EnumSet.of(DiffFlags.OMIT_MOVE_OPERATION, DiffFlags.OMIT_COPY_OPERATION, DiffFlags.OMIT_VALUE_ON_REMOVE);

    private static final String WHOLE = "whole";

    private History() {}

    /** The delta that leads from {@code after} back to {@code before}, as JSON text. */
    public static String back(JsonNode after, JsonNode before) {
        String whole = JsonNodeFactory.instance.objectNode().set(WHOLE, before).toString();
        if (comparisons(after, before) > MAX_LIST_COMPARISONS) {
            return whole;
        }
        JsonNode patch = JsonDiff.asJson(after, before, FLAGS);
        String text = patch.toString();
        boolean small = text.length() <= before.toString().length() / 2;
        return small && JsonPatch.apply(patch, after).equals(before) ? text : whole;
    }

    /** The body before, from the body after it and the delta. */
    public static JsonNode undo(JsonNode after, String delta) {
        JsonNode patch = parse(delta);
        return patch.isObject() ? patch.required(WHOLE) : JsonPatch.apply(patch, after);
    }

    /**
     * The facts with data as it will be read from the graph. Jackson takes a small number that came as a long for another one than the same
     * number read from text, and a comparison would find changes that are none.
     */
    public static Facts asStored(Facts facts) {
        return new Facts(
                facts.key(),
                facts.schema(),
                facts.status(),
                facts.denied(),
                facts.errors(),
                facts.truncated(),
                (ObjectNode) parse(facts.data().toString()),
                facts.observedAt(),
                facts.took(),
                facts.hash());
    }

    static JsonNode parse(String json) {
        try {
            return Json.MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new GraphException(
                    GraphException.Kind.FAILED,
                    "The graph holds JSON that cannot be read: " + e.getOriginalMessage(),
                    e);
        }
    }

    private static long comparisons(JsonNode after, JsonNode before) {
        return switch (after) {
            case ObjectNode object when before.isObject() -> inObject(object, before);
            case ArrayNode array when before.isArray() -> inArray(array, before);
            default -> 0;
        };
    }

    private static long inObject(ObjectNode after, JsonNode before) {
        long sum = 0;
        for (var field : after.properties()) {
            JsonNode other = before.get(field.getKey());
            sum += other == null ? 0 : comparisons(field.getValue(), other);
        }
        return sum;
    }

    private static long inArray(ArrayNode after, JsonNode before) {
        int shorter = Math.min(after.size(), before.size());
        int start = 0;
        while (start < shorter && after.get(start).equals(before.get(start))) {
            start++;
        }
        int end = 0;
        while (end < shorter - start && after.get(after.size() - 1 - end).equals(before.get(before.size() - 1 - end))) {
            end++;
        }
        long changedAfter = after.size() - start - (long) end;
        long changedBefore = before.size() - start - (long) end;
        return changedAfter * changedBefore;
    }

    /** What of an instance has a history: all that its hash covers. */
    public static ObjectNode body(Facts facts) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("schema", facts.schema()).put("status", facts.status().word());
        texts(body, "denied", facts.denied());
        texts(body, "truncated", facts.truncated());
        body.set("data", facts.data());
        return body;
    }

    private static void texts(ObjectNode body, String name, List<String> texts) {
        ArrayNode array = body.putArray(name);
        texts.forEach(array::add);
    }
}
