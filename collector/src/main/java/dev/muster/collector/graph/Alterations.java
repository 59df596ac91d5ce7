package dev.muster.collector.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.muster.collector.graph.GraphReads.Alteration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What differs between two bodies, for people: member by member as deep as both are objects. Lists are taken as sets, since scripts sort them:
 * an element that is no longer there, an element that is new. Pure.
 */
final class Alterations {
    /** A person reads no more of one change; the facts before and after have the rest. */
    private static final int MAX_SHOWN = 100;

    /** Longer values are cut; they say nothing more by being shown whole. */
    private static final int MAX_VALUE_CHARS = 1_000;

    private static final JsonNode MISSING = MissingNode.getInstance();

    private final List<Alteration> shown = new ArrayList<>();
    private int total;

    private Alterations() {}

    static Alterations between(JsonNode before, JsonNode after) {
        var alterations = new Alterations();
        alterations.compare("", before, after);
        return alterations;
    }

    /** The first of them, by path. */
    List<Alteration> shown() {
        return List.copyOf(shown);
    }

    /** How many there are in all. */
    int total() {
        return total;
    }

    private void compare(String path, JsonNode before, JsonNode after) {
        if (before.isObject() && after.isObject()) {
            var names = new TreeSet<String>();
            before.fieldNames().forEachRemaining(names::add);
            after.fieldNames().forEachRemaining(names::add);
            names.forEach(name -> compare(path + "/" + escaped(name), before.path(name), after.path(name)));
        } else if (before.isArray() && after.isArray()) {
            elements(path, before, after);
        } else if (!before.equals(after)) {
            add(path, before, after);
        }
    }

    private void elements(String path, JsonNode before, JsonNode after) {
        Map<JsonNode, Integer> more = new LinkedHashMap<>();
        before.forEach(element -> more.merge(element, -1, Integer::sum));
        after.forEach(element -> more.merge(element, 1, Integer::sum));
        more.forEach((element, count) -> {
            for (int i = count; i < 0; i++) {
                add(path, element, MISSING);
            }
            for (int i = 0; i < count; i++) {
                add(path, MISSING, element);
            }
        });
    }

    private void add(String path, JsonNode before, JsonNode after) {
        total++;
        if (shown.size() < MAX_SHOWN) {
            shown.add(new Alteration(path, value(before), value(after)));
        }
    }

    private static Optional<JsonNode> value(JsonNode value) {
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        String text = value.isTextual() ? value.textValue() : value.toString();
        return Optional.of(
                text.length() <= MAX_VALUE_CHARS ? value : TextNode.valueOf(text.substring(0, MAX_VALUE_CHARS) + "…"));
    }

    /** RFC 6901 section 3. */
    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
