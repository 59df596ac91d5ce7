package dev.muster.collector.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.cel.common.values.NullValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON as CEL sees it. A whole number becomes an int however it was written: CEL tells 1 from 1.0 by type, JSON does not, and
 * a rule that compares with 1 must not fail for that. A member that is null was looked for and is not there: the key is missing.
 */
final class CelValues {
    private CelValues() {}

    /** Nothing there becomes an empty map: each key is then missing. */
    static Object of(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> map(node);
            case ARRAY -> list(node);
            case STRING, BINARY -> node.asText();
            case NUMBER -> number(node);
            case BOOLEAN -> node.booleanValue();
            case NULL -> NullValue.NULL_VALUE;
            case MISSING, POJO -> Map.of();
        };
    }

    private static Map<String, Object> map(JsonNode node) {
        var map = LinkedHashMap.<String, Object>newLinkedHashMap(node.size());
        for (var entry : node.properties()) {
            if (!entry.getValue().isNull()) {
                map.put(entry.getKey(), of(entry.getValue()));
            }
        }
        return map;
    }

    private static List<Object> list(JsonNode node) {
        var list = new ArrayList<>(node.size());
        for (JsonNode item : node) {
            list.add(of(item));
        }
        return list;
    }

    private static Object number(JsonNode node) {
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return node.longValue();
        }
        double value = node.doubleValue();
        boolean whole = value == Math.rint(value) && Math.abs(value) < 0x1p53;
        return whole ? (Object) (long) value : (Object) value;
    }

    /** The way back, for values that a condition computed. */
    static JsonNode toJson(Object value) {
        return switch (value) {
            case Boolean truth -> BooleanNode.valueOf(truth);
            case Long number -> LongNode.valueOf(number);
            case Map<?, ?> map -> {
                var object = JsonNodeFactory.instance.objectNode();
                map.forEach((key, item) -> object.set(String.valueOf(key), toJson(item)));
                yield object;
            }
            case List<?> list -> {
                var array = JsonNodeFactory.instance.arrayNode();
                list.forEach(item -> array.add(toJson(item)));
                yield array;
            }
            case NullValue _ -> NullNode.getInstance();
            default -> TextNode.valueOf(value.toString());
        };
    }
}
