package dev.muster.collector.wishes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.muster.scripts.Nearest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What types declare that concerns their being asked for: their parameters, and which facts start them. Immutable. */
public final class Declarations {
    private static final String RESOURCE = "discovery-scripts/catalogue.json";

    /** As the agent takes it, of printable ASCII: no empty names, no steps up, no wildcards, nothing that the kernel answers. */
    private static final Pattern PLAIN_PATH =
            Pattern.compile("(?!/(proc|sys|dev)/)(/(?!\\.{1,2}(/|$))[\\x20-\\x7e&&[^/\\\\*?\\[]]+)+");

    private final Map<String, Type> types;

    /** @param runs whether it runs without being asked for */
    record Type(boolean runs, Map<String, JsonNode> parameters, List<Trigger> triggers) {}

    private Declarations(Map<String, Type> types) {
        this.types = types;
    }

    /** Those of the types that come with the product. A broken one is a broken build. */
    public static Declarations shipped() {
        try (InputStream in = Declarations.class.getClassLoader().getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + RESOURCE);
            }
            return of(JsonMapper.builder().build().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE, e);
        }
    }

    /** Of a catalogue in the form of docs/discovery-types.md. */
    public static Declarations of(JsonNode catalogue) {
        Map<String, Type> types = new TreeMap<>();
        catalogue.path("types").properties().forEach(entry -> {
            Map<String, JsonNode> parameters = new TreeMap<>();
            entry.getValue()
                    .path("parameters")
                    .properties()
                    .forEach(parameter -> parameters.put(parameter.getKey(), parameter.getValue()));
            List<Trigger> triggers = new ArrayList<>();
            entry.getValue().path("triggers").forEach(trigger -> triggers.add(Trigger.read(trigger)));
            types.put(
                    entry.getKey(),
                    new Type(entry.getValue().path("enabled").asBoolean(true), parameters, List.copyOf(triggers)));
        });
        return new Declarations(types);
    }

    Map<String, Type> types() {
        return types;
    }

    /** Of all types. */
    public Set<String> names() {
        return Collections.unmodifiableSet(types.keySet());
    }

    /** An administrator's own type is known to the hosts that have it, and not here. */
    public boolean knows(String type) {
        return types.containsKey(type);
    }

    /** Whether values of several who ask for it add up. */
    boolean isList(String type, String parameter) {
        return declared(type, parameter)
                .map(found -> found.path("type").asText())
                .filter(form -> form.equals("paths") || form.equals("globs"))
                .isPresent();
    }

    /**
     * What is wrong with a value, as the agent would say; empty where it fits, and for a type that is not known here. The agent
     * looks again, and at what its host has below the paths.
     *
     * @param value lines where it is a list
     */
    public Optional<String> problem(String type, String parameter, String value) {
        Type known = types.get(type);
        if (known == null) {
            return Optional.empty();
        }
        JsonNode form = known.parameters().get(parameter);
        if (form == null) {
            String hint = Nearest.hint(parameter, known.parameters().keySet());
            return Optional.of("no parameter of " + type
                    + (hint.isEmpty() ? "; there are " + known.parameters().keySet() : hint));
        }
        return switch (form.path("type").asText()) {
            case "int" -> number(form, value);
            case "enum" -> choice(form, value);
            default -> paths(value);
        };
    }

    private static Optional<String> number(JsonNode form, String value) {
        long min = form.path("min").asLong();
        long max = form.path("max").asLong();
        try {
            long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return Optional.empty();
            }
        } catch (NumberFormatException e) {
            return Optional.of("must be a whole number");
        }
        return Optional.of("must be from " + min + " to " + max);
    }

    private static Optional<String> choice(JsonNode form, String value) {
        List<String> words =
                form.path("values").valueStream().map(JsonNode::asText).toList();
        return words.contains(value) ? Optional.empty() : Optional.of("must be one of " + words);
    }

    private static Optional<String> paths(String value) {
        Pattern absolute = Pattern.compile("/[^\\p{Cntrl}]*");
        return value.lines().allMatch(line -> absolute.matcher(line).matches())
                ? Optional.empty()
                : Optional.of("must hold absolute paths");
    }

    /**
     * Whether a value that came from a host's facts may be handed to an agent: it is nothing that the type does not take, for then the
     * agent would refuse those beside it, too, and no wildcard, which would name other files than it says.
     */
    boolean takes(String type, String parameter, String value) {
        if (!isList(type, parameter)) {
            return problem(type, parameter, value).isEmpty();
        }
        return PLAIN_PATH.matcher(value).matches()
                && declared(type, parameter).stream()
                        .flatMap(form -> form.path("roots").valueStream())
                        .map(JsonNode::asText)
                        .anyMatch(root -> value.startsWith(root.equals("/") ? root : root + "/"));
    }

    private Optional<JsonNode> declared(String type, String parameter) {
        return Optional.ofNullable(types.get(type))
                .map(found -> found.parameters().get(parameter));
    }
}
