package dev.muster.scripts;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The type of a fact as descriptions write it: {@code text}, {@code int} (signed, 64 bits), {@code bool}, {@code date}
 * (ISO 8601, a day or a UTC time), {@code record} (with fields of its own), {@code any}; {@code A or B}; {@code list of
 * A}, {@code map of A} (names are data).
 */
sealed interface FactType {
    /** A type without parts. */
    enum Plain implements FactType {
        TEXT,
        INT,
        BOOL,
        DATE,
        RECORD,
        ANY
    }

    record ListOf(FactType item) implements FactType {}

    record MapOf(FactType value) implements FactType {}

    record OneOf(List<FactType> choices) implements FactType {
        public OneOf {
            choices = List.copyOf(choices);
        }
    }

    /** Empty where the words are not a type. */
    static Optional<FactType> parse(String words) {
        if (words.startsWith("list of ")) {
            return parse(words.substring("list of ".length())).map(ListOf::new);
        }
        if (words.startsWith("map of ")) {
            return parse(words.substring("map of ".length())).map(MapOf::new);
        }
        var choices = new ArrayList<FactType>();
        for (String word : words.split(" or ", -1)) {
            var plain = plain(word);
            if (plain.isEmpty()) {
                return Optional.empty();
            }
            choices.add(plain.get());
        }
        return Optional.of(choices.size() == 1 ? choices.getFirst() : new OneOf(choices));
    }

    /** Whether a fact is of this type; the fields of a record are the caller's to look at. */
    default boolean accepts(JsonNode fact) {
        return switch (this) {
            case Plain plain -> acceptsPlain(plain, fact);
            case ListOf list -> fact.isArray() && fact.valueStream().allMatch(list.item()::accepts);
            case MapOf map -> fact.isObject() && fact.valueStream().allMatch(map.value()::accepts);
            case OneOf one -> one.choices().stream().anyMatch(choice -> choice.accepts(fact));
        };
    }

    /** Whether there is a record in it, whose fields must then be declared. */
    default boolean holdsRecord() {
        return switch (this) {
            case Plain plain -> plain == Plain.RECORD;
            case ListOf list -> list.item().holdsRecord();
            case MapOf map -> map.value().holdsRecord();
            case OneOf one -> one.choices().stream().anyMatch(FactType::holdsRecord);
        };
    }

    private static boolean acceptsPlain(Plain plain, JsonNode fact) {
        return switch (plain) {
            case TEXT -> fact.isTextual();
            case INT -> fact.isIntegralNumber() && fact.canConvertToLong();
            case BOOL -> fact.isBoolean();
            case DATE -> fact.isTextual() && isDate(fact.textValue());
            case RECORD -> fact.isObject();
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

    private static Optional<FactType> plain(String word) {
        return switch (word) {
            case "text" -> Optional.of(Plain.TEXT);
            case "int" -> Optional.of(Plain.INT);
            case "bool" -> Optional.of(Plain.BOOL);
            case "date" -> Optional.of(Plain.DATE);
            case "record" -> Optional.of(Plain.RECORD);
            case "any" -> Optional.of(Plain.ANY);
            default -> Optional.empty();
        };
    }
}
