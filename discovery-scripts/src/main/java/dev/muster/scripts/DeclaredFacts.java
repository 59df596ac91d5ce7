package dev.muster.scripts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a type's data holds: either {@code fields} (a record whose names are known) or {@code keys} (a map whose names are
 * data, each found by its literal name first, then by the first pattern that fits).
 */
final class DeclaredFacts {
    private static final Pattern FIELD_NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,63}");
    private static final Set<String> FIELD_MEMBERS =
            Set.of("name", "type", "unit", "meaning", "secret", "optional", "fields");
    private static final Set<String> KEY_MEMBERS =
            Set.of("key", "pattern", "type", "unit", "meaning", "secret", "fields");

    private DeclaredFacts() {}

    static void read(YamlNode file, ObjectNode json) throws CatalogueException {
        if (file.has("fields") == file.has("keys")) {
            throw file.wrong("must have either fields or keys");
        }
        if (file.has("fields")) {
            json.set("fields", fields(file.member("fields")));
        } else {
            json.set("keys", keys(file.member("keys")));
        }
    }

    /** The declared type of a key of the data; empty where the type declares fields, or nothing fits. */
    static Optional<FactType> typeOfKey(JsonNode entry, String key) {
        return FactType.ofData(entry) instanceof FactType.Keys keys
                ? keys.member(key).map(FactType.Member::type)
                : Optional.empty();
    }

    /** The declaration of a key of the data; empty where the type declares fields, or nothing fits. */
    static Optional<JsonNode> ofKey(JsonNode entry, String key) {
        return FactType.ofData(entry) instanceof FactType.Keys keys
                ? keys.declaration(key).flatMap(name -> declaring(entry, name))
                : Optional.empty();
    }

    private static Optional<JsonNode> declaring(JsonNode entry, String name) {
        return entry.path("keys")
                .valueStream()
                .filter(declared -> name.equals(
                        declared.path("key").asText(declared.path("pattern").asText())))
                .findFirst();
    }

    private static ArrayNode fields(YamlNode fields) throws CatalogueException {
        var names = new HashSet<String>();
        var all = JsonNodeFactory.instance.arrayNode();
        for (var field : fields.items()) {
            field.allowOnly(FIELD_MEMBERS);
            String name = field.member("name").text(FIELD_NAME);
            if (!names.add(name)) {
                throw field.wrong("declares " + name + " again");
            }
            all.add(field(field, JsonNodeFactory.instance.objectNode().put("name", name)));
        }
        return all;
    }

    private static ObjectNode field(YamlNode field, ObjectNode json) throws CatalogueException {
        describe(field, json);
        copyFlag(field, json, "optional");
        return json;
    }

    private static ArrayNode keys(YamlNode keys) throws CatalogueException {
        var names = new HashSet<String>();
        var all = JsonNodeFactory.instance.arrayNode();
        for (var key : keys.items()) {
            key.allowOnly(KEY_MEMBERS);
            if (key.has("key") == key.has("pattern")) {
                throw key.wrong("must have either key or pattern");
            }
            String member = key.has("key") ? "key" : "pattern";
            String name = key.member(member).text();
            if (!names.add(member + " " + name)) {
                throw key.wrong("declares " + name + " again");
            }
            var json = JsonNodeFactory.instance.objectNode().put(member, name);
            describe(key, json);
            all.add(json);
        }
        return all;
    }

    private static void describe(YamlNode fact, ObjectNode json) throws CatalogueException {
        YamlNode words = fact.member("type");
        Optional<FactType> type = FactType.parse(words.text());
        if (type.isEmpty()) {
            throw words.wrong("is no type: " + words.text());
        }
        json.put("type", words.text());
        if (fact.has("unit")) {
            json.put("unit", fact.member("unit").text());
        }
        json.put("meaning", fact.member("meaning").text());
        copyFlag(fact, json, "secret");
        if (type.get().holdsRecord() != fact.has("fields")) {
            throw fact.wrong("has fields if and only if its type holds a record");
        }
        if (fact.has("fields")) {
            json.set("fields", fields(fact.member("fields")));
        }
    }

    private static void copyFlag(YamlNode fact, ObjectNode json, String flag) throws CatalogueException {
        YamlNode value = fact.memberOr(flag, JsonNodeFactory.instance.booleanNode(false));
        value.flag();
        if (value.value().booleanValue()) {
            json.put(flag, true);
        }
    }
}
