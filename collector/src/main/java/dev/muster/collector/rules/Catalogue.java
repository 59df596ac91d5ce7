package dev.muster.collector.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.muster.scripts.FactType;
import dev.muster.scripts.FactType.Member;
import dev.muster.scripts.FactType.Secrecy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
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
    private final JsonNode json;
    private final String text;

    private Catalogue(Map<String, FactType> types, JsonNode json) {
        this.types = Map.copyOf(types);
        this.json = json.deepCopy();
        this.text = json.path("types").toString();
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
            types.put(entry.getKey(), FactType.ofData(entry.getValue()));
        }
        return new Catalogue(types, catalogue);
    }

    /** What {@link #of} reads. */
    JsonNode toJson() {
        return json.deepCopy();
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
}
