package dev.muster.collector.graph.projection;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.graph.projection.NodeKind.Property;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.InstanceKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What every discovery type becomes in the graph. A host's nodes and edges are a function of its facts alone, so the difference between two
 * states of its facts is computed here, without asking the graph.
 */
public final class Projections {
    private static final String CATALOGUE = "discovery-scripts/catalogue.json";

    /** Raised when the same declarations and facts become something else than before. */
    private static final int VERSION = 1;

    private final GraphSchema schema;
    private final Map<String, TypeRecipes> types;
    private final String hash;

    private Projections(GraphSchema schema, Map<String, TypeRecipes> types, String hash) {
        this.schema = schema;
        this.types = types;
        this.hash = hash;
    }

    /** @param reads the other types whose facts it sees */
    private record TypeRecipes(Set<String> reads, List<Recipe> recipes) {
        Set<String> labels() {
            Set<String> labels = new HashSet<>();
            recipes.forEach(recipe -> labels.addAll(recipe.labels()));
            return labels;
        }
    }

    /** Those that come with the product. A broken one is a broken build. */
    public static Projections shipped() {
        try (InputStream in = Projections.class.getClassLoader().getResourceAsStream(CATALOGUE)) {
            return of(JsonMapper.builder()
                    .build()
                    .readTree(Objects.requireNonNull(in, CATALOGUE))
                    .path("graph"));
        } catch (IOException e) {
            throw new UncheckedIOException(CATALOGUE, e);
        }
    }

    /**
     * From declarations made elsewhere.
     *
     * @param declared the member {@code graph} of a catalogue.json
     * @throws ProjectionException naming what is wrong
     */
    public static Projections of(JsonNode declared) {
        GraphSchema schema = GraphSchema.of(declared);
        Map<String, TypeRecipes> types = new TreeMap<>();
        for (var type : declared.properties()) {
            try {
                types.put(type.getKey(), recipes(type.getValue(), schema));
            } catch (ProjectionException e) {
                throw new ProjectionException("graph.yaml of " + type.getKey() + ": " + e.getMessage());
            }
        }
        return new Projections(schema, types, sha256(VERSION + declared.toString()));
    }

    private static TypeRecipes recipes(JsonNode declared, GraphSchema schema) {
        Set<String> reads = new TreeSet<>();
        declared.path("reads").forEach(type -> reads.add(type.asText()));
        List<Recipe> recipes = new ArrayList<>();
        declared.path("make").forEach(entry -> recipes.add(Recipe.parse(entry, schema, reads)));
        return new TypeRecipes(reads, recipes);
    }

    public GraphSchema schema() {
        return schema;
    }

    /**
     * What PackageVersion.sortKey is of a version.
     *
     * @param kind of the package manager: deb, rpm or apk
     * @return empty where versions of that kind have no order here
     */
    public static Optional<String> sortKey(String kind, String version) {
        return SortKey.named(kind).map(key -> key.of(version));
    }

    /** The types whose facts become anything. */
    public Set<String> types() {
        return types.keySet();
    }

    /** Changes whenever the same facts may become something else. */
    public String hash() {
        return hash;
    }

    /**
     * What differs.
     *
     * @param changed the types whose facts differ between the two
     */
    public Difference difference(HostFacts before, HostFacts after, Set<String> changed) {
        Set<String> affected = affected(changed);
        return Difference.between(project(before, affected), project(after, affected));
    }

    /** Whether anything in the graph may come from the facts of that type. */
    public boolean concerns(String type) {
        return !affected(Set.of(type)).isEmpty();
    }

    /** Everything that a host's facts become. */
    public Difference whole(HostFacts host) {
        return Difference.between(new Projection(), project(host, types.keySet()));
    }

    Projection project(HostFacts host, Set<String> of) {
        var projection = new Projection();
        for (InstanceKey key : new TreeSet<>(host.instances())) {
            TypeRecipes type = types.get(key.type());
            if (type != null && of.contains(key.type())) {
                var scene = new Scene(host.host(), name -> host.shown(InstanceKey.unnamed(name)), host.shown(key));
                type.recipes().forEach(recipe -> recipe.make(scene, projection));
            }
        }
        projection.nodes().forEach((node, properties) -> fillIn(projection, node));
        return projection;
    }

    private static void fillIn(Projection projection, NodeRef node) {
        for (Property property : node.kind().properties()) {
            property.otherwise()
                    .flatMap(value -> Values.of(property, value))
                    .ifPresent(value -> projection.add(node, Map.of(property.name(), value)));
        }
    }

    /**
     * Those that see the changed facts, and those that make nodes of the same kinds as these: a node goes only when no type makes it, and
     * what one type does not know of it another may.
     */
    private Set<String> affected(Set<String> changed) {
        Set<String> affected = new TreeSet<>();
        types.forEach((name, type) -> {
            if (changed.contains(name) || type.reads().stream().anyMatch(changed::contains)) {
                affected.add(name);
            }
        });
        boolean grown = true;
        while (grown) {
            Set<String> labels = new HashSet<>();
            types.forEach((name, type) -> labels.addAll(affected.contains(name) ? type.labels() : Set.of()));
            grown = types.entrySet().stream()
                    .filter(type -> type.getValue().labels().stream().anyMatch(labels::contains))
                    .map(type -> affected.add(type.getKey()))
                    .reduce(false, Boolean::logicalOr);
        }
        return affected;
    }

    /**
     * The data to show for a report that replaces data: of a partial one, what it names as denied or cut stays as it was, since nothing is
     * known of it.
     *
     * @param before what was shown until now
     */
    public static ObjectNode shown(ObjectNode before, Facts report) {
        List<String> unseen = new ArrayList<>(report.denied());
        unseen.addAll(report.truncated());
        if (report.status() != FactsStatus.PARTIAL || unseen.isEmpty() || before.isEmpty()) {
            return report.data();
        }
        ObjectNode shown = JsonNodeFactory.instance.objectNode();
        report.data().properties().forEach(member -> shown.set(member.getKey(), member.getValue()));
        for (var member : before.properties()) {
            if (unseen.stream().anyMatch(name -> isPartOf(name, member.getKey()) || isPartOf(member.getKey(), name))) {
                shown.set(member.getKey(), member.getValue());
            }
        }
        return shown;
    }

    private static boolean isPartOf(String name, String whole) {
        return name.equals(whole) || name.startsWith(whole + ".") || name.startsWith(whole + "[");
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
