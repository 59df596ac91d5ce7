package dev.muster.collector.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.model.InstanceKey;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A place in a discovery type's data that a condition reads, with everything below it.
 *
 * @param source the instance that reports it; unnamed but for a rule that names another of its own type
 * @param steps names from the outside in; empty for the whole data
 */
record FactPath(InstanceKey source, List<String> steps) {
    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** What stands between two names in the lists of what was denied or truncated. */
    private static final String SEPARATORS = "./[";

    FactPath {
        steps = List.copyOf(steps);
    }

    String type() {
        return source.type();
    }

    FactPath to(String name) {
        var longer = new ArrayList<>(steps);
        longer.add(name);
        return new FactPath(source, longer);
    }

    /** A missing node where nothing is there. */
    JsonNode in(JsonNode data) {
        JsonNode at = data;
        for (String step : steps) {
            at = at.path(step);
        }
        return at;
    }

    /**
     * Whether what an entry of a {@code denied} or {@code truncated} list names is read here: the entry is this place, holds it
     * ({@code net.ipv4} for {@code net.ipv4.ip_forward}, {@code /} for {@code /boot}), or lies in it.
     */
    boolean touches(String entry) {
        String place = String.join(".", steps);
        return place.isEmpty() || begins(place, entry) || begins(entry, place);
    }

    private static boolean begins(String text, String start) {
        return text.startsWith(start)
                && (text.length() == start.length()
                        || start.endsWith("/")
                        || SEPARATORS.indexOf(text.charAt(start.length())) >= 0);
    }

    /** As evidence shows it: {@code proc_sys["net.ipv4.ip_forward"]}, {@code os.family}. */
    @Override
    public String toString() {
        var text = new StringBuilder(source.toString());
        for (String step : steps) {
            if (PLAIN_NAME.matcher(step).matches()) {
                text.append('.').append(step);
            } else {
                text.append("[\"")
                        .append(step.replace("\\", "\\\\").replace("\"", "\\\""))
                        .append("\"]");
            }
        }
        return text.toString();
    }
}
