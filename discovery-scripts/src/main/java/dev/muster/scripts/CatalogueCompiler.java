package dev.muster.scripts;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compiles a folder of discovery types into {@code catalogue.json}, for an agent that has no YAML parser. The same code
 * checks the types that ship and those that an administrator adds, so there is one meaning of "a valid type".
 *
 * <p>Pure but for reading files: the same folders give the same bytes.
 */
public final class CatalogueCompiler {
    /** Raised when a reader of the old form would misread the new one; added members do not raise it. */
    public static final int CATALOGUE_VERSION = 1;

    private static final String DESCRIPTION_FILE = "discovery.yaml";
    private static final String LIBRARY_FOLDER = "lib";

    private CatalogueCompiler() {}

    /** {@code SOURCE TARGET}: writes {@code catalogue.json} and {@code types} (a name a line) into TARGET. */
    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            System.err.println("usage: CatalogueCompiler SOURCE TARGET");
            System.exit(2);
        }
        try {
            write(compile(Path.of(args[0])), Path.of(args[1]));
        } catch (CatalogueException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    /**
     * The catalogue of every folder below {@code source} that has a {@code discovery.yaml}.
     *
     * @throws CatalogueException at the first thing that is wrong in any of them, rules included
     */
    public static ObjectNode compile(Path source) throws CatalogueException {
        var types = JsonNodeFactory.instance.objectNode();
        var idOwners = new HashMap<String, String>();
        for (Path folder : folders(source, DESCRIPTION_FILE)) {
            var type = DiscoveryType.read(folder);
            types.set(type.name(), type.json());
            claimRuleIds(folder, type, idOwners);
        }
        checkOtherTypes(types);
        var catalogue = JsonNodeFactory.instance.objectNode();
        catalogue.put("version", CATALOGUE_VERSION);
        catalogue.set("lib", library(source.resolve(LIBRARY_FOLDER)));
        catalogue.set("types", types);
        catalogue.set("graph", graph(source));
        return catalogue;
    }

    /** What becomes of facts in the graph, by type: of every folder that has a {@code graph.yaml}. */
    public static ObjectNode graph(Path source) throws CatalogueException {
        var graph = JsonNodeFactory.instance.objectNode();
        for (Path folder : folders(source, GraphFile.NAME)) {
            graph.set(ShippedFiles.nameOf(folder), GraphFile.read(folder.resolve(GraphFile.NAME)));
        }
        return graph;
    }

    /** The entry of one type, and its rules checked; for a folder outside of the shipped ones. */
    public static ObjectNode compileType(Path folder) throws CatalogueException {
        var type = DiscoveryType.read(folder);
        claimRuleIds(folder, type, new HashMap<>());
        return type.json();
    }

    private static void claimRuleIds(Path folder, DiscoveryType type, Map<String, String> owners)
            throws CatalogueException {
        Path file = folder.resolve("rules.yaml");
        if (!Files.exists(file)) {
            return;
        }
        for (String id : RuleFile.readIds(file, type)) {
            String owner = owners.putIfAbsent(id, type.name());
            if (owner != null) {
                throw new CatalogueException(file.toString(), "rule id " + id + " is taken by " + owner);
            }
        }
    }

    /** A name that no folder has would silently order and start nothing. */
    private static void checkOtherTypes(ObjectNode types) throws CatalogueException {
        var names = new HashSet<String>();
        types.fieldNames().forEachRemaining(names::add);
        for (var entry : types.properties()) {
            for (var after : entry.getValue().path("after")) {
                if (!names.contains(after.textValue())) {
                    throw new CatalogueException(entry.getKey(), "after names no type: " + after.textValue());
                }
            }
            for (var trigger : entry.getValue().path("triggers")) {
                if (!names.contains(trigger.path("of").textValue())) {
                    throw new CatalogueException(entry.getKey(), "a trigger is of no type: " + trigger.path("of"));
                }
            }
        }
    }

    private static List<Path> folders(Path source, String with) throws CatalogueException {
        try (Stream<Path> folders = Files.list(source)) {
            return folders.filter(folder -> Files.exists(folder.resolve(with)))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new CatalogueException(source.toString(), e);
        }
    }

    private static ArrayNode library(Path folder) throws CatalogueException {
        var files = JsonNodeFactory.instance.arrayNode();
        for (Path file : ShippedFiles.of(folder)) {
            files.add(ShippedFiles.entry(file));
        }
        return files;
    }

    private static void write(ObjectNode catalogue, Path target) throws IOException {
        Files.createDirectories(target);
        var mapper = JsonMapper.builder().build();
        Files.writeString(
                target.resolve("catalogue.json"),
                mapper.writerWithDefaultPrettyPrinter().writeValueAsString(catalogue) + "\n");
        String names = catalogue.path("types").properties().stream()
                .map(Map.Entry::getKey)
                .collect(Collectors.joining("\n", "", "\n"));
        Files.writeString(target.resolve("types"), names);
    }
}
