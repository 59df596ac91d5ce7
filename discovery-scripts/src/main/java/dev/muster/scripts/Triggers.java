package dev.muster.scripts;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import java.util.regex.Pattern;

/** Which facts of other types start a type; the collector looks at them. Here the declaration is checked. */
final class Triggers {
    private static final Set<String> MEMBERS = Set.of("of", "each", "where", "value", "parameter", "instances");
    private static final Pattern MEMBER = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,63}");
    private static final Pattern WAY = Pattern.compile(MEMBER + "(\\." + MEMBER + ")*");
    private static final Set<String> INSTANCES = Set.of("one", "each");

    private Triggers() {}

    static ArrayNode read(YamlNode triggers, ObjectNode parameters) throws CatalogueException {
        var all = JsonNodeFactory.instance.arrayNode();
        for (YamlNode trigger : triggers.items()) {
            trigger.allowOnly(MEMBERS);
            var json = JsonNodeFactory.instance.objectNode();
            json.put("of", trigger.member("of").text(DiscoveryType.NAME));
            json.put("each", trigger.member("each").text(WAY));
            json.set("where", where(trigger.memberOr("where", JsonNodeFactory.instance.objectNode())));
            if (trigger.has("value")) {
                json.put("value", trigger.member("value").text(MEMBER));
            }
            if (trigger.has("parameter")) {
                json.put("parameter", parameter(trigger.member("parameter"), parameters));
            }
            json.put(
                    "instances",
                    trigger.memberOr("instances", JsonNodeFactory.instance.textNode("one"))
                            .text(INSTANCES));
            all.add(json);
        }
        return all;
    }

    private static String parameter(YamlNode name, ObjectNode parameters) throws CatalogueException {
        if (!parameters.has(name.text())) {
            throw name.wrong("is no parameter of the type: " + name.text());
        }
        return name.text();
    }

    private static ObjectNode where(YamlNode where) throws CatalogueException {
        var json = JsonNodeFactory.instance.objectNode();
        if (!where.value().isObject()) {
            throw where.wrong("is not a map");
        }
        for (var entry : where.value().properties()) {
            if (!MEMBER.matcher(entry.getKey()).matches()) {
                throw where.wrong("is no member: " + entry.getKey());
            }
            json.put(entry.getKey(), where.member(entry.getKey()).text());
        }
        return json;
    }
}
