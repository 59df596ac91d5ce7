package dev.muster.collector.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.graph.projection.Projections;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What requests carry, checked; each wrong value is a {@link Problem} that names the parameter. Pure. */
final class Parameters {
    private static final Pattern SPAN = Pattern.compile("(\\d{1,6})([smhd])");

    /** Beyond what the graph and RFC 3339 can hold. */
    private static final Instant END_OF_TIME = Instant.parse("9999-12-31T23:59:59Z");

    /** Deeper values have no use in a query, and would exhaust the stack. */
    private static final int MAX_DEPTH = 50;

    private Parameters() {}

    static int number(String name, @Nullable String text, int otherwise, int least, int most) {
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        return (int) number(name, text, least, most);
    }

    static long number(String name, String text, long least, long most) {
        if (text.matches("\\d{1,18}")) {
            long value = Long.parseLong(text);
            if (value >= least && value <= most) {
                return value;
            }
        }
        throw Problem.badRequest(
                "The parameter " + name + " is \"" + shown(text) + "\", which is no whole number from " + least + " to "
                        + most + ".",
                "Give such a number or leave it out.");
    }

    /** One of the words of an enumeration. */
    static <T> Optional<T> word(String name, @Nullable String text, Map<String, T> words) {
        if (text == null || text.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Optional.ofNullable(words.get(text))
                .orElseThrow(() -> Problem.badRequest(
                        "The parameter " + name + " is \"" + shown(text) + "\".",
                        "It is one of: " + String.join(", ", words.keySet()) + ".")));
    }

    /** A time in the past: RFC 3339, or how long ago. */
    static Instant past(String name, String text, Instant now) {
        return span(text).map(now::minus).orElseGet(() -> instant(name, text));
    }

    /** A time to come: RFC 3339, or how long from now. */
    static Instant future(String name, String text, Instant now) {
        return span(text).map(now::plus).orElseGet(() -> instant(name, text));
    }

    /** A JSON object as the plain values that the graph takes. */
    static Map<String, Object> values(JsonNode params) {
        Map<String, Object> values = new LinkedHashMap<>();
        params.properties().forEach(field -> values.put(field.getKey(), value(field.getValue(), MAX_DEPTH)));
        return values;
    }

    /** Versions such as {@code deb:3.0.11-1} as the keys that packages are ordered by. */
    static Map<String, String> versions(JsonNode versions) {
        Map<String, String> keys = new LinkedHashMap<>();
        versions.properties()
                .forEach(field ->
                        keys.put(field.getKey(), sortKey(field.getValue().asText())));
        return keys;
    }

    private static String sortKey(String text) {
        int colon = text.indexOf(':');
        return Projections.sortKey(text.substring(0, Math.max(0, colon)), text.substring(colon + 1))
                .orElseThrow(() -> Problem.badRequest(
                        "\"" + shown(text) + "\" is no version that has an order.",
                        "Write deb:, rpm: or apk: before it, for example deb:3.0.11-1."));
    }

    private static Object value(JsonNode node, int depth) {
        if (depth == 0) {
            throw Problem.badRequest("A query parameter is nested too deeply.", "At most " + MAX_DEPTH + " levels.");
        }
        return switch (node.getNodeType()) {
            case STRING -> node.textValue();
            case BOOLEAN -> node.booleanValue();
            case NUMBER -> numeric(node);
            case ARRAY -> {
                List<Object> list = new ArrayList<>();
                node.forEach(element -> list.add(value(element, depth - 1)));
                yield list;
            }
            case OBJECT -> {
                Map<String, Object> map = new LinkedHashMap<>();
                node.properties().forEach(field -> map.put(field.getKey(), value(field.getValue(), depth - 1)));
                yield map;
            }
            case NULL, BINARY, MISSING, POJO ->
                throw Problem.badRequest(
                        "A query parameter is null.", "Leave it out, or ask for IS NULL in the query.");
        };
    }

    private static Object numeric(JsonNode node) {
        if (!node.isIntegralNumber()) {
            return node.doubleValue();
        }
        if (!node.canConvertToLong()) {
            throw Problem.badRequest("A query parameter does not fit in 64 bits.", "Give it as text.");
        }
        return node.longValue();
    }

    private static Optional<Duration> span(String text) {
        Matcher span = SPAN.matcher(text);
        if (!span.matches()) {
            return Optional.empty();
        }
        long count = Long.parseLong(span.group(1));
        return Optional.of(
                switch (span.group(2)) {
                    case "s" -> Duration.ofSeconds(count);
                    case "m" -> Duration.ofMinutes(count);
                    case "h" -> Duration.ofHours(count);
                    default -> Duration.ofDays(count);
                });
    }

    private static Instant instant(String name, String text) {
        try {
            Instant instant = Instant.parse(text);
            if (!instant.isBefore(Instant.EPOCH) && instant.isBefore(END_OF_TIME)) {
                return instant;
            }
        } catch (DateTimeException noTime) {
            // Told below, with what a time looks like.
        }
        throw Problem.badRequest(
                "The parameter " + name + " is \"" + shown(text) + "\", which is no time.",
                "Give it as 2026-11-20T12:00:00Z, or as a span such as 90m, 2h or 3d.");
    }

    /** What was sent, short: an error must not carry a page of it. */
    static String shown(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
}
