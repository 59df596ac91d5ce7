package dev.muster.scripts;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a collector may hand to a type's script, as environment variables {@code MUSTER_<NAME>}. The agent checks each
 * value against this; here the declaration itself is checked.
 */
final class Parameters {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,30}");
    private static final Pattern ROOT = Pattern.compile("/[^\\p{Cntrl}]*");
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Set<String> TYPES = Set.of("int", "enum", "paths", "globs");

    /** These reach the script from the agent; a collector that set them could make it run anything. */
    private static final Set<String> RESERVED = Set.of("root", "lib", "path", "lc_all");

    /** Where the kernel answers instead of a disk; reading can block or have effects. */
    private static final Pattern KERNEL_ROOT = Pattern.compile("/+(proc|sys|dev)?(/.*)?");

    private Parameters() {}

    static ObjectNode read(YamlNode parameters) throws CatalogueException {
        if (!parameters.value().isObject()) {
            throw parameters.wrong("is not a map");
        }
        var all = JsonNodeFactory.instance.objectNode();
        for (var entry : parameters.value().properties()) {
            YamlNode parameter = parameters.member(entry.getKey());
            if (!NAME.matcher(entry.getKey()).matches() || RESERVED.contains(entry.getKey())) {
                throw parameter.wrong("is not a name that a parameter may have");
            }
            all.set(entry.getKey(), one(parameter));
        }
        return all;
    }

    private static ObjectNode one(YamlNode parameter) throws CatalogueException {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("type", parameter.member("type").text(TYPES));
        json.put("meaning", parameter.member("meaning").text());
        return switch (json.path("type").textValue()) {
            case "int" -> integer(parameter, json);
            case "enum" -> choice(parameter, json);
            default -> paths(parameter, json);
        };
    }

    private static ObjectNode integer(YamlNode parameter, ObjectNode json) throws CatalogueException {
        parameter.allowOnly(Set.of("type", "meaning", "unit", "min", "max", "default"));
        if (parameter.has("unit")) {
            json.put("unit", parameter.member("unit").text());
        }
        long min = parameter.member("min").number(Long.MIN_VALUE, Long.MAX_VALUE);
        long max = parameter.member("max").number(min, Long.MAX_VALUE);
        long otherwise = parameter.member("default").number(min, max);
        return json.put("min", min).put("max", max).put("default", otherwise);
    }

    private static ObjectNode choice(YamlNode parameter, ObjectNode json) throws CatalogueException {
        parameter.allowOnly(Set.of("type", "meaning", "values", "default"));
        var values = parameter.member("values").texts(WORD);
        values.forEach(json.putArray("values")::add);
        return json.put("default", parameter.member("default").text(Set.copyOf(values)));
    }

    private static ObjectNode paths(YamlNode parameter, ObjectNode json) throws CatalogueException {
        parameter.allowOnly(Set.of("type", "meaning", "roots", "default"));
        var roots = parameter.member("roots");
        for (String root : roots.texts(ROOT)) {
            if (KERNEL_ROOT.matcher(root).matches()) {
                throw roots.wrong("may not hold " + root);
            }
            json.withArray("roots").add(root);
        }
        var otherwise = json.putArray("default");
        parameter
                .memberOr("default", JsonNodeFactory.instance.arrayNode())
                .texts(ROOT)
                .forEach(otherwise::add);
        return json;
    }
}
