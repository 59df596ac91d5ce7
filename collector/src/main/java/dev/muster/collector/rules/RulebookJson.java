package dev.muster.collector.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** All that a {@link Rulebook} is made of as JSON, so that it can be made again elsewhere. */
final class RulebookJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Thirty times what is shipped; compiling more is not worth waiting for. Implementation choice. */
    private static final long MAX_CHARS = 8L << 20;

    private RulebookJson() {}

    static ObjectNode write(Catalogue catalogue, List<RuleSource> sources, Profiles profiles, ParameterValues values) {
        ObjectNode node = JSON.objectNode();
        node.set("catalogue", catalogue.toJson());
        ArrayNode files = node.putArray("sources");
        for (RuleSource source : sources) {
            ObjectNode file = files.addObject().put("name", source.name());
            source.type().ifPresent(type -> file.put("type", type));
            file.put("text", source.text());
        }
        ObjectNode active = node.putObject("profiles");
        active.set("site", words(profiles.site()));
        active.set("roles", map(profiles.roles(), RulebookJson::words));
        active.set("labels", map(profiles.labels(), RulebookJson::words));
        ObjectNode set = node.putObject("parameters");
        set.set("site", map(values.site(), value -> value));
        set.set("roles", map(values.roles(), some -> map(some, value -> value)));
        set.set("labels", map(values.labels(), some -> map(some, value -> value)));
        set.set("hosts", map(values.hosts(), some -> map(some, value -> value)));
        return node;
    }

    static Rulebook read(JsonNode node) {
        JsonNode active = node.required("profiles");
        JsonNode set = node.required("parameters");
        return Rulebook.load(
                Catalogue.of(node.required("catalogue")),
                sources(node.required("sources")),
                new Profiles(
                        wordsOf(active.path("site")),
                        mapOf(active.path("roles"), RulebookJson::wordsOf),
                        mapOf(active.path("labels"), RulebookJson::wordsOf)),
                new ParameterValues(
                        mapOf(set.path("site"), value -> value),
                        mapOf(set.path("roles"), some -> mapOf(some, value -> value)),
                        mapOf(set.path("labels"), some -> mapOf(some, value -> value)),
                        mapOf(set.path("hosts"), some -> mapOf(some, value -> value))));
    }

    private static List<RuleSource> sources(JsonNode files) {
        var sources = new ArrayList<RuleSource>();
        long chars = 0;
        for (JsonNode file : files) {
            String text = file.required("text").asText();
            chars += text.length();
            if (chars > MAX_CHARS) {
                throw new IllegalArgumentException("the rules have more than " + MAX_CHARS + " characters");
            }
            var type = Optional.ofNullable(file.get("type")).map(JsonNode::asText);
            sources.add(new RuleSource(file.required("name").asText(), type, text));
        }
        return sources;
    }

    private static ArrayNode words(Set<String> words) {
        ArrayNode array = JSON.arrayNode();
        new TreeSet<>(words).forEach(array::add);
        return array;
    }

    private static Set<String> wordsOf(JsonNode array) {
        return array.valueStream().map(JsonNode::asText).collect(Collectors.toUnmodifiableSet());
    }

    private static <T> ObjectNode map(Map<String, T> map, Function<T, JsonNode> form) {
        ObjectNode node = JSON.objectNode();
        new TreeMap<>(map).forEach((name, value) -> node.set(name, form.apply(value)));
        return node;
    }

    private static <T> Map<String, T> mapOf(JsonNode node, Function<JsonNode, T> form) {
        var map = new HashMap<String, T>();
        node.properties().forEach(entry -> map.put(entry.getKey(), form.apply(entry.getValue())));
        return map;
    }
}
