package dev.muster.collector.graph.projection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line under {@code for}: {@code element in list}, {@code name, member in map}. A single value that is no list is taken as a list of
 * itself.
 *
 * @param name what the member's name is called; empty over a list
 */
record Loop(Optional<String> name, String value, Expression source) {
    private static final Pattern FORM = Pattern.compile("(?:(\\w+), )?(\\w+) in (.+)");

    static Loop parse(String text, Set<String> names, Set<String> reads) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new ProjectionException("\"" + text + "\" is not of the form \"element in list\"");
        }
        Optional<String> name = Optional.ofNullable(form.group(1));
        return new Loop(name, form.group(2), Expression.parse(form.group(3), names, reads));
    }

    /** Runs {@code body} once for each, with the names given. */
    void each(Scene scene, Runnable body) {
        JsonNode from = source.in(scene);
        if (name.isEmpty()) {
            for (JsonNode element : elements(from)) {
                scene.give(value, element);
                body.run();
            }
            return;
        }
        for (var member : from.properties()) {
            scene.give(name.get(), TextNode.valueOf(member.getKey()));
            scene.give(value, member.getValue());
            body.run();
        }
    }

    static Iterable<JsonNode> elements(JsonNode from) {
        if (from.isArray()) {
            return from;
        }
        return from.isValueNode() && !from.isNull() ? List.of(from) : List.of();
    }
}
