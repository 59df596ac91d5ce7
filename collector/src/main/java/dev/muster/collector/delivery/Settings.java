package dev.muster.collector.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Typed reading of one section of the configuration file; every complaint names the key in full. */
final class Settings {
    private static final Pattern DURATION = Pattern.compile("([1-9][0-9]{0,5})(s|m|h|d)");

    private final String section;
    private final JsonNode node;

    /**
     * @param known every key the section may have
     * @throws DeliveryConfigException on any other
     */
    Settings(String section, JsonNode node, Set<String> known) {
        this.section = section;
        this.node = node;
        if (!node.isObject()) {
            throw new DeliveryConfigException(section, "expected keys and values");
        }
        node.fieldNames().forEachRemaining(key -> {
            if (!known.contains(key)) {
                throw bad(key, "unknown key; known are " + String.join(", ", new TreeSet<>(known)));
            }
        });
    }

    DeliveryConfigException bad(String key, String problem) {
        return new DeliveryConfigException(section + "." + SafeText.line(key, 60), problem);
    }

    Optional<String> text(String key) {
        JsonNode value = node.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isValueNode()) {
            throw bad(key, "expected one value, not a list or keys");
        }
        String text = value.asText().strip();
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw bad(key, "control characters are not allowed");
        }
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    String required(String key) {
        return text(key).orElseThrow(() -> bad(key, "missing"));
    }

    /** A list, or one value that stands for a list of one. */
    List<String> list(String key) {
        JsonNode value = node.path(key);
        if (!value.isArray()) {
            return text(key).map(List::of).orElse(List.of());
        }
        var items = new ArrayList<String>();
        for (JsonNode item : value) {
            if (!item.isTextual()) {
                throw bad(key, "expected a list of texts");
            }
            items.add(item.asText().strip());
        }
        return List.copyOf(items);
    }

    int number(String key, int standard, int min, int max) {
        JsonNode value = node.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return standard;
        }
        if (!value.canConvertToInt() || !value.isIntegralNumber() || value.asInt() < min || value.asInt() > max) {
            throw bad(key, "expected a whole number from " + min + " to " + max);
        }
        return value.asInt();
    }

    /** A number with its unit, for example {@code 30s}, {@code 10m}, {@code 2h}, {@code 7d}. */
    Duration duration(String key, Duration standard) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return standard;
        }
        Matcher parts = DURATION.matcher(text.get());
        if (!parts.matches()) {
            throw bad(key, "expected a number and a unit (s, m, h, d), for example 30s or 10m");
        }
        long count = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }

    <E extends Enum<E>> E word(String key, Class<E> type, E standard) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return standard;
        }
        var words = new ArrayList<String>();
        for (E constant : type.getEnumConstants()) {
            String word = constant.name().toLowerCase(Locale.ROOT);
            if (word.equals(text.get())) {
                return constant;
            }
            words.add(word);
        }
        throw bad(key, "expected one of " + String.join(", ", words));
    }
}
