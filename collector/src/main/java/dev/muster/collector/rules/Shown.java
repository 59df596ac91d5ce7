package dev.muster.collector.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.muster.scripts.FactType;
import dev.muster.scripts.FactType.Member;
import dev.muster.scripts.FactType.Plain;
import dev.muster.scripts.FactType.Secrecy;

/** Facts as evidence shows them: secrets masked, nothing longer than a person reads. */
final class Shown {
    private static final TextNode MASK = TextNode.valueOf("(secret)");

    /** Any other text: what is masked by it, too, is where a secret is declared. */
    private static final TextNode OTHER_MASK = TextNode.valueOf("(other)");

    static final Member HIDDEN = new Member(Plain.ANY, Secrecy.SECRET);
    private static final Member UNDECLARED = new Member(Plain.ANY, Secrecy.OPEN);

    /** Evidence is stored and mailed for each finding. Implementation choices. */
    private static final int MAX_VALUE_CHARS = 1_000;

    private static final int MAX_ELEMENT_CHARS = 200;

    private Shown() {}

    /** A longer list or map becomes its size, a longer text is cut. */
    static JsonNode value(JsonNode value, Member declared) {
        if (value.isMissingNode()) {
            return value;
        }
        JsonNode masked = masked(value, declared, MASK);
        if (masked.isTextual()) {
            return TextNode.valueOf(OneLine.cut(masked.textValue(), MAX_VALUE_CHARS));
        }
        boolean fits = !masked.isContainerNode()
                || (masked.size() <= MAX_VALUE_CHARS && masked.toString().length() <= MAX_VALUE_CHARS);
        return fits ? masked : TextNode.valueOf(masked.size() + (masked.isArray() ? " elements" : " members"));
    }

    /** One element of a list, on one line. */
    static String element(JsonNode value, Member declared) {
        JsonNode masked = masked(value, declared, MASK);
        return OneLine.cut(OneLine.of(masked.isTextual() ? masked.textValue() : masked.toString()), MAX_ELEMENT_CHARS);
    }

    /** One member of a map, on one line. */
    static String entry(String key, JsonNode value, Member declared) {
        return OneLine.cut(OneLine.of(key) + ": " + element(value, declared), MAX_ELEMENT_CHARS);
    }

    /** A type's data whole, with its secrets masked; the same object where it has none. */
    static ObjectNode masked(ObjectNode data, FactType declared) {
        return holdsSecrets(declared) ? maskedMembers(data, declared, MASK) : data;
    }

    /** Whether data is as {@link #masked} leaves it, with at least one secret that was masked. */
    static boolean isMasked(ObjectNode data, FactType declared) {
        return maskedMembers(data, declared, MASK).equals(data)
                && !maskedMembers(data, declared, OTHER_MASK).equals(data);
    }

    private static JsonNode masked(JsonNode value, Member declared, TextNode mask) {
        if (declared.secrecy() == Secrecy.SECRET) {
            return mask;
        }
        if (!holdsSecrets(declared.type())) {
            return value;
        }
        return switch (declared.type()) {
            case FactType.ListOf list
            when value.isArray() -> {
                var items = JsonNodeFactory.instance.arrayNode();
                value.forEach(item -> items.add(masked(item, new Member(list.item(), Secrecy.OPEN), mask)));
                yield items;
            }
            case FactType type when value.isObject() -> maskedMembers(value, type, mask);
            // Not of its declared type, so nobody knows what is in it.
            case FactType _ -> mask;
        };
    }

    private static ObjectNode maskedMembers(JsonNode value, FactType type, TextNode mask) {
        var members = JsonNodeFactory.instance.objectNode();
        for (var entry : value.properties()) {
            Member member = type.member(entry.getKey()).orElse(UNDECLARED);
            members.set(entry.getKey(), masked(entry.getValue(), member, mask));
        }
        return members;
    }

    static boolean holdsSecrets(FactType type) {
        return switch (type) {
            case Plain _ -> false;
            case FactType.ListOf list -> holdsSecrets(list.item());
            case FactType.MapOf map -> holdsSecrets(map.value());
            case FactType.OneOf one -> one.choices().stream().anyMatch(Shown::holdsSecrets);
            case FactType.Fields fields -> fields.members().values().stream().anyMatch(Shown::isOrHoldsSecret);
            case FactType.Keys keys ->
                keys.literal().values().stream().anyMatch(Shown::isOrHoldsSecret)
                        || keys.patterns().stream().anyMatch(pattern -> isOrHoldsSecret(pattern.member()));
        };
    }

    private static boolean isOrHoldsSecret(Member member) {
        return member.secrecy() == Secrecy.SECRET || holdsSecrets(member.type());
    }
}
