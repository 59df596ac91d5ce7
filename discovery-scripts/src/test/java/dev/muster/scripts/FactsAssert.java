package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What is asked of facts, whoever printed them. */
final class FactsAssert {
    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final Set<String> RESERVED = Set.of("_denied", "_errors", "_truncated");

    private FactsAssert() {}

    /** One JSON value without duplicate names, and nothing behind it. */
    static JsonNode parse(String text) throws JsonProcessingException {
        return STRICT.readTree(text);
    }

    /**
     * Whether the facts are those that the type declares.
     *
     * @param folder the type's, of this module
     * @param status what the script exited with
     */
    static void assertDeclared(Path folder, JsonNode facts, int status) throws CatalogueException {
        JsonNode type = Sample.compiled(folder);
        assertReservedNames(facts);
        for (var fact : facts.properties()) {
            if (!fact.getKey().startsWith("_") && type.has("keys")) {
                var declared = DeclaredFacts.ofKey(type, fact.getKey());
                assertThat(declared).as(fact.getKey()).isPresent();
                assertMember("", fact.getKey(), declared.orElseThrow(), fact.getValue());
            }
        }
        if (type.has("fields") && status != 5) {
            assertRecord("", type.path("fields"), facts);
        }
    }

    /** Whether names that begin with _ are used for what they are for: an agent takes nothing else. */
    static void assertReservedNames(JsonNode facts) {
        for (var fact : facts.properties()) {
            if (fact.getKey().startsWith("_")) {
                assertThat(RESERVED).contains(fact.getKey());
                assertThat(fact.getValue().isArray()).as(fact.getKey()).isTrue();
                assertThat(fact.getValue().valueStream()).isNotEmpty().allMatch(JsonNode::isTextual);
            }
        }
    }

    /** Names that no record has but the data may: reserved ones at the top. */
    private static void assertRecord(String where, JsonNode fields, JsonNode data) {
        var names = new HashSet<String>();
        for (JsonNode field : fields) {
            String name = field.path("name").asText();
            names.add(name);
            if (!data.has(name)) {
                assertThat(field.path("optional").asBoolean())
                        .as(where + name + " is missing")
                        .isTrue();
                continue;
            }
            assertMember(where, name, field, data.get(name));
        }
        assertThat(data.properties().stream().map(Map.Entry::getKey).filter(name -> !name.startsWith("_")))
                .isSubsetOf(names);
    }

    /** A name that is null was looked for and is not there. */
    private static void assertMember(String where, String name, JsonNode declared, JsonNode value) {
        if (value.isNull()) {
            return;
        }
        var type = FactType.parse(declared.path("type").asText()).orElseThrow();
        assertThat(type.accepts(value))
                .as("%s%s, %s, is a %s", where, name, value, type)
                .isTrue();
        if (declared.has("fields")) {
            records(type, value).forEach(part -> assertRecord(where + name + ".", declared.path("fields"), part));
        }
    }

    /** A record, or those in a list or map of records. */
    private static Stream<JsonNode> records(FactType type, JsonNode value) {
        return switch (type) {
            case FactType.ListOf list -> value.valueStream().flatMap(item -> records(list.item(), item));
            case FactType.MapOf map -> value.valueStream().flatMap(item -> records(map.value(), item));
            case FactType.Plain _, FactType.OneOf _, FactType.Fields _, FactType.Keys _ ->
                Stream.of(value).filter(JsonNode::isObject);
        };
    }
}
