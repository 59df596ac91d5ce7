package dev.muster.collector.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.muster.collector.rules.FactType.KeyPattern;
import dev.muster.collector.rules.FactType.Keys;
import dev.muster.collector.rules.FactType.Member;
import dev.muster.collector.rules.FactType.Plain;
import dev.muster.collector.rules.FactType.Secrecy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The discovery types that there are, and what the data of each holds: the {@code catalogue.json} of docs/discovery-types.md. */
public final class Catalogue {
    private static final String RESOURCE = "discovery-scripts/catalogue.json";

    /** The layout that this class reads. */
    private static final int VERSION = 1;

    private final Map<String, FactType> types;
    private final String text;

    private Catalogue(Map<String, FactType> types, String text) {
        this.types = Map.copyOf(types);
        this.text = text;
    }

    /** The types that come with the product. A broken one is a broken build. */
    public static Catalogue shipped() {
        try (InputStream in = Catalogue.class.getClassLoader().getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + RESOURCE);
            }
            return of(JsonMapper.builder().build().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE, e);
        }
    }

    /**
     * A catalogue made elsewhere.
     *
     * @throws IllegalArgumentException where it is not of the layout that is read here
     */
    public static Catalogue of(JsonNode catalogue) {
        if (catalogue.path("version").asInt() != VERSION) {
            throw new IllegalArgumentException("catalogue version " + catalogue.path("version") + ", not " + VERSION);
        }
        var types = new HashMap<String, FactType>();
        for (var entry : catalogue.path("types").properties()) {
            types.put(entry.getKey(), typeOf(entry.getValue()));
        }
        return new Catalogue(types, catalogue.path("types").toString());
    }

    Set<String> names() {
        return types.keySet();
    }

    Optional<FactType> type(String name) {
        return Optional.ofNullable(types.get(name));
    }

    /** What is declared at a place: secret where anything on the way to it is. Empty where nothing is declared. */
    Optional<Member> member(FactPath path) {
        var found = type(path.type()).map(type -> new Member(type, Secrecy.OPEN));
        for (String step : path.steps()) {
            found = found.flatMap(above -> above.type()
                    .member(step)
                    .map(member ->
                            above.secrecy() == Secrecy.SECRET ? new Member(member.type(), Secrecy.SECRET) : member));
        }
        return found;
    }

    /** What the data declares, for a hash: two catalogues that say the same have the same text. */
    String text() {
        return text;
    }

    private static FactType typeOf(JsonNode entry) {
        return entry.has("keys") ? keys(entry.path("keys")) : fields(entry.path("fields"));
    }

    private static FactType keys(JsonNode keys) {
        var literal = new HashMap<String, Member>();
        var patterns = new ArrayList<KeyPattern>();
        for (JsonNode key : keys) {
            if (key.has("key")) {
                literal.put(key.path("key").asText(), member(key));
            } else {
                patterns.add(new KeyPattern(key.path("pattern").asText(), member(key)));
            }
        }
        return new Keys(literal, patterns);
    }

    private static FactType fields(JsonNode fields) {
        var members = new HashMap<String, Member>();
        for (JsonNode field : fields) {
            members.put(field.path("name").asText(), member(field));
        }
        return new FactType.Fields(members);
    }

    private static Member member(JsonNode declared) {
        FactType type = parse(declared.path("type").asText(), declared);
        return new Member(type, declared.path("secret").asBoolean() ? Secrecy.SECRET : Secrecy.OPEN);
    }

    private static FactType parse(String words, JsonNode declared) {
        if (words.startsWith("list of ")) {
            return new FactType.ListOf(parse(words.substring("list of ".length()), declared));
        }
        if (words.startsWith("map of ")) {
            return new FactType.MapOf(parse(words.substring("map of ".length()), declared));
        }
        var choices = new ArrayList<FactType>();
        for (String word : words.split(" or ", -1)) {
            choices.add(plain(word, declared));
        }
        return choices.size() == 1 ? choices.getFirst() : new FactType.OneOf(choices);
    }

    private static FactType plain(String word, JsonNode declared) {
        return switch (word) {
            case "text" -> Plain.TEXT;
            case "int" -> Plain.INT;
            case "bool" -> Plain.BOOL;
            case "date" -> Plain.DATE;
            case "any" -> Plain.ANY;
            case "record" -> fields(declared.path("fields"));
            default -> throw new IllegalArgumentException("no type of facts: " + word);
        };
    }
}
