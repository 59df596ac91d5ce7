package dev.muster.scripts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a fact, or a discovery type's whole data, is declared to hold. Descriptions write {@code text}, {@code int} (signed, 64
 * bits), {@code bool}, {@code date} (ISO 8601, a day or a UTC time), {@code record} (with fields of its own), {@code any};
 * {@code A or B}; {@code list of A}, {@code map of A} (names are data). Immutable.
 */
public sealed interface FactType {
    /** A type without parts. */
    enum Plain implements FactType {
        TEXT,
        INT,
        BOOL,
        DATE,
        ANY
    }

    record ListOf(FactType item) implements FactType {}

    /** Names are data and say nothing about the values. */
    record MapOf(FactType value) implements FactType {}

    record OneOf(List<FactType> choices) implements FactType {
        public OneOf {
            choices = List.copyOf(choices);
        }
    }

    /** A record whose names are known. */
    record Fields(Map<String, Member> members) implements FactType {
        public Fields {
            members = Map.copyOf(members);
        }
    }

    /**
     * A map whose names are data and say what the values are: those of {@code literal} first, then the first pattern that
     * fits.
     */
    record Keys(Map<String, Member> literal, List<KeyPattern> patterns) implements FactType {
        /** Takes every name, and so declares none. */
        private static final String ANY_NAME = "*";

        public Keys {
            literal = Map.copyOf(literal);
            patterns = List.copyOf(patterns);
        }

        /** Whether the name is declared by something else than the pattern that takes every name, misspelt ones too. */
        public boolean declares(String name) {
            return literal.containsKey(name)
                    || patterns.stream().anyMatch(pattern -> !pattern.text().equals(ANY_NAME) && pattern.fits(name));
        }

        public Collection<String> declaredNames() {
            return declarations().keySet();
        }

        /** Every name and pattern, in their order among each other. */
        public SortedMap<String, Member> declarations() {
            var all = new TreeMap<>(literal);
            patterns.forEach(pattern -> all.putIfAbsent(pattern.text(), pattern.member()));
            return all;
        }

        /** The name or pattern that declares a name. */
        public Optional<String> declaration(String name) {
            return literal.containsKey(name)
                    ? Optional.of(name)
                    : patterns.stream()
                            .filter(pattern -> pattern.fits(name))
                            .map(KeyPattern::text)
                            .findFirst();
        }
    }

    /** Whether a value may be shown. */
    enum Secrecy {
        OPEN,
        SECRET
    }

    record Member(FactType type, Secrecy secrecy) {}

    /** {@code *} in the text stands for any characters, none and dots included. */
    record KeyPattern(String text, Member member) {
        /** Greedy from the left: with only one kind of wildcard the first place that fits is as good as any later one. */
        public boolean fits(String name) {
            var parts = text.split("\\*", -1);
            if (parts.length == 1) {
                return name.equals(text);
            }
            String first = parts[0];
            String last = parts[parts.length - 1];
            if (!name.startsWith(first)) {
                return false;
            }
            int from = first.length();
            for (int i = 1; i < parts.length - 1; i++) {
                int at = name.indexOf(parts[i], from);
                if (at < 0) {
                    return false;
                }
                from = at + parts[i].length();
            }
            return name.length() - last.length() >= from && name.endsWith(last);
        }
    }

    /** What stands under a name; empty where nothing can, or nothing is declared. */
    default Optional<Member> member(String name) {
        return switch (this) {
            case Plain plain ->
                plain == Plain.ANY ? Optional.of(new Member(Plain.ANY, Secrecy.OPEN)) : Optional.empty();
            case ListOf _ -> Optional.empty();
            case MapOf map -> Optional.of(new Member(map.value(), Secrecy.OPEN));
            case OneOf _ -> Optional.of(new Member(Plain.ANY, Secrecy.OPEN));
            case Fields fields -> Optional.ofNullable(fields.members().get(name));
            case Keys keys ->
                Optional.ofNullable(keys.literal().get(name))
                        .or(() -> keys.patterns().stream()
                                .filter(pattern -> pattern.fits(name))
                                .map(KeyPattern::member)
                                .findFirst());
        };
    }

    /** Whether a value is of this type, all the way down. Members that are not declared, or null, are not there. */
    default boolean accepts(JsonNode value) {
        return switch (this) {
            case Plain plain -> acceptsPlain(plain, value);
            case ListOf list -> value.isArray() && value.valueStream().allMatch(list.item()::accepts);
            case MapOf map ->
                value.isObject()
                        && value.valueStream()
                                .allMatch(item -> item.isNull() || map.value().accepts(item));
            case OneOf one -> one.choices().stream().anyMatch(choice -> choice.accepts(value));
            case Fields _, Keys _ -> value.isObject() && value.propertyStream().allMatch(this::acceptsMember);
        };
    }

    /** For people: {@code list of text}. */
    default String words() {
        return switch (this) {
            case Plain plain ->
                switch (plain) {
                    case TEXT -> "text";
                    case INT -> "int";
                    case BOOL -> "bool";
                    case DATE -> "date";
                    case ANY -> "any";
                };
            case ListOf list -> "list of " + list.item().words();
            case MapOf map -> "map of " + map.value().words();
            case OneOf one -> one.choices().stream().map(FactType::words).collect(Collectors.joining(" or "));
            case Fields _ -> "record";
            case Keys _ -> "map";
        };
    }

    /** Every name that is declared here or below, patterns as they are written. */
    default Set<String> names() {
        return switch (this) {
            case Plain _, OneOf _ -> Set.of();
            case ListOf list -> list.item().names();
            case MapOf map -> map.value().names();
            case Fields fields ->
                Stream.concat(
                                fields.members().keySet().stream(),
                                fields.members().values().stream().flatMap(member -> member.type().names().stream()))
                        .collect(Collectors.toUnmodifiableSet());
            case Keys keys -> Set.copyOf(keys.declaredNames());
        };
    }

    private boolean acceptsMember(Map.Entry<String, JsonNode> entry) {
        return entry.getValue().isNull()
                || member(entry.getKey())
                        .map(member -> member.type().accepts(entry.getValue()))
                        .orElse(true);
    }

    private static boolean acceptsPlain(Plain plain, JsonNode value) {
        return switch (plain) {
            case TEXT -> value.isTextual();
            case DATE -> value.isTextual() && isDate(value.textValue());
            case INT -> value.canConvertToExactIntegral() && value.canConvertToLong();
            case BOOL -> value.isBoolean();
            case ANY -> true;
        };
    }

    private static boolean isDate(String text) {
        try {
            if (text.contains("T")) {
                OffsetDateTime.parse(text);
            } else {
                LocalDate.parse(text);
            }
            return true;
        } catch (DateTimeException _) {
            return false;
        }
    }

    /** Whether there is a record in it, whose fields must then be declared. */
    default boolean holdsRecord() {
        return switch (this) {
            case Plain _ -> false;
            case ListOf list -> list.item().holdsRecord();
            case MapOf map -> map.value().holdsRecord();
            case OneOf one -> one.choices().stream().anyMatch(FactType::holdsRecord);
            case Fields _ -> true;
            case Keys _ -> false;
        };
    }

    /** By its words alone, records without their fields. Empty where the words are not a type. */
    static Optional<FactType> parse(String words) {
        return parse(words, MissingNode.getInstance());
    }

    /**
     * What a type's whole data holds.
     *
     * @param entry of the type in the catalogue
     * @throws IllegalArgumentException where it declares something with words that are not a type
     */
    static FactType ofData(JsonNode entry) {
        if (!entry.has("keys")) {
            return fields(entry.path("fields"));
        }
        var literal = new HashMap<String, Member>();
        var patterns = new ArrayList<KeyPattern>();
        for (JsonNode key : entry.path("keys")) {
            if (key.has("key")) {
                literal.put(key.path("key").asText(), declared(key));
            } else {
                patterns.add(new KeyPattern(key.path("pattern").asText(), declared(key)));
            }
        }
        return new Keys(literal, patterns);
    }

    private static Fields fields(JsonNode fields) {
        var members = new HashMap<String, Member>();
        for (JsonNode field : fields) {
            members.put(field.path("name").asText(), declared(field));
        }
        return new Fields(members);
    }

    private static Member declared(JsonNode fact) {
        String words = fact.path("type").asText();
        FactType type = parse(words, fact.path("fields"))
                .orElseThrow(() -> new IllegalArgumentException("no type of facts: " + words));
        return new Member(type, fact.path("secret").asBoolean() ? Secrecy.SECRET : Secrecy.OPEN);
    }

    private static Optional<FactType> parse(String words, JsonNode fields) {
        if (words.startsWith("list of ")) {
            return parse(words.substring("list of ".length()), fields).map(ListOf::new);
        }
        if (words.startsWith("map of ")) {
            return parse(words.substring("map of ".length()), fields).map(MapOf::new);
        }
        var choices = new ArrayList<FactType>();
        for (String word : words.split(" or ", -1)) {
            // "text or list of text"; what follows "list of" is all of one list.
            var choice = word.contains(" of ") ? parse(word, fields) : plain(word, fields);
            if (choice.isEmpty()) {
                return Optional.empty();
            }
            choices.add(choice.get());
        }
        return Optional.of(choices.size() == 1 ? choices.getFirst() : new OneOf(choices));
    }

    private static Optional<FactType> plain(String word, JsonNode fields) {
        return switch (word) {
            case "text" -> Optional.of(Plain.TEXT);
            case "int" -> Optional.of(Plain.INT);
            case "bool" -> Optional.of(Plain.BOOL);
            case "date" -> Optional.of(Plain.DATE);
            case "any" -> Optional.of(Plain.ANY);
            case "record" -> Optional.of(fields(fields));
            default -> Optional.empty();
        };
    }
}
