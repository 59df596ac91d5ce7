package dev.muster.scripts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One folder below a type's {@code samples}, in the form that docs/discovery-types.md describes. */
record Sample(Path type, Path folder) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** What the names of folders begin with: each distribution is of a family, which keeps things in places of its own. */
    private static final Map<String, String> FAMILIES = Map.of(
            "alpine", "alpine",
            "debian", "debian",
            "ubuntu", "debian",
            "amazon", "rhel",
            "fedora", "rhel",
            "rhel", "rhel",
            "rocky", "rhel",
            "suse", "suse");

    /** Asked for thousands of times, and read once: a type's rules are a long text. */
    private static final Map<Path, JsonNode> COMPILED = new ConcurrentHashMap<>();

    /** The module's own folder, in which Maven runs its tests. */
    static final Path MODULE = Path.of("").toAbsolutePath();

    /** All, or while one is being written only that: {@code -Dmuster.type=os}. */
    static List<Path> types() throws IOException {
        String only = System.getProperty("muster.type", "");
        try (Stream<Path> folders = Files.list(MODULE)) {
            return folders.filter(folder -> Files.exists(folder.resolve("discovery.yaml")))
                    .filter(folder ->
                            only.isEmpty() || List.of(only.split(",", -1)).contains(ShippedFiles.nameOf(folder)))
                    .sorted()
                    .toList();
        }
    }

    static List<Sample> all() throws IOException {
        var samples = new ArrayList<Sample>();
        for (Path type : types()) {
            samples.addAll(of(type));
        }
        return samples;
    }

    static List<Sample> of(Path type) throws IOException {
        Path samples = type.resolve("samples");
        if (!Files.isDirectory(samples)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(samples)) {
            return folders.sorted().map(folder -> new Sample(type, folder)).toList();
        }
    }

    /** A type of this module as it is in the catalogue, not to be changed. */
    static JsonNode compiled(Path type) throws CatalogueException {
        JsonNode known = COMPILED.get(type);
        if (known != null) {
            return known;
        }
        JsonNode compiled = CatalogueCompiler.compileType(type);
        COMPILED.put(type, compiled);
        return compiled;
    }

    String typeName() {
        return ShippedFiles.nameOf(type);
    }

    /** Whose host it shows, by its name: {@code rhel-9-careless}, {@code alpine-docker}. Empty where it could be anybody's. */
    Optional<String> family() {
        String name = ShippedFiles.nameOf(folder);
        int end = name.indexOf('-');
        return Optional.ofNullable(FAMILIES.get(end < 0 ? name : name.substring(0, end)));
    }

    int status() throws IOException {
        Path file = folder.resolve("status");
        return Files.exists(file) ? Integer.parseInt(Files.readString(file).strip()) : 0;
    }

    Optional<JsonNode> json(String name) throws IOException {
        Path file = folder.resolve(name);
        return Files.exists(file) ? Optional.of(JSON.readTree(Files.readString(file))) : Optional.empty();
    }

    /** Whether root would see more than the sample means. */
    boolean needsAnotherUser() throws IOException {
        return json("tree.json").stream()
                .flatMap(JsonNode::valueStream)
                .anyMatch(entry -> entry.path("unless").asText().equals("root"));
    }

    boolean hasOwners() throws IOException {
        return json("tree.json").stream().flatMap(JsonNode::valueStream).anyMatch(entry -> entry.has("owner"));
    }

    /** The variables of the type's parameters: what the sample says, else the defaults. */
    Map<String, String> parameters() throws IOException, CatalogueException {
        var given = json("parameters.json");
        var variables = new TreeMap<String, String>();
        for (var parameter : compiled(type).path("parameters").properties()) {
            JsonNode value = given.map(json -> json.path(parameter.getKey()))
                    .filter(json -> !json.isMissingNode())
                    .orElse(parameter.getValue().path("default"));
            variables.put(
                    "MUSTER_" + parameter.getKey().toUpperCase(Locale.ROOT),
                    value.isArray()
                            ? value.valueStream().map(JsonNode::asText).collect(Collectors.joining("\n"))
                            : value.asText());
        }
        return variables;
    }

    /** Makes the files of the sample below a folder that is there. */
    void build(Path root) throws IOException {
        copy(folder.resolve("root"), root);
        // Where lib/tool.sh looks for it.
        copy(folder.resolve("tools"), root.resolve(".tools"));
        var tree = json("tree.json");
        if (tree.isEmpty()) {
            return;
        }
        for (var entry : tree.get().properties()) {
            make(root.resolve(entry.getKey()), entry.getValue());
        }
        // When all are made, since a folder is modified by each file that is made in it.
        for (var entry : tree.get().properties()) {
            JsonNode modified = entry.getValue().path("modified");
            if (modified.isTextual()) {
                Files.setLastModifiedTime(
                        root.resolve(entry.getKey()), FileTime.from(Instant.parse(modified.textValue())));
            }
        }
    }

    private static void make(Path file, JsonNode entry) throws IOException {
        Path parent = file.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        if (entry.has("link")) {
            Files.createSymbolicLink(file, Path.of(entry.path("link").asText()));
        } else if (entry.has("folder")) {
            Files.createDirectories(file);
        } else {
            Files.write(
                    file,
                    entry.has("base64")
                            ? entry.path("base64").binaryValue()
                            : entry.path("text").asText().getBytes(StandardCharsets.UTF_8));
        }
        if (entry.has("owner")) {
            var ids = entry.path("owner").asText().split(":", -1);
            Files.setAttribute(file, "unix:uid", Integer.valueOf(ids[0]), LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(file, "unix:gid", Integer.valueOf(ids[1]), LinkOption.NOFOLLOW_LINKS);
        }
        if (entry.has("modified")) {
            Files.setLastModifiedTime(
                    file, FileTime.from(Instant.parse(entry.path("modified").asText())));
        }
        if (!entry.has("link")) {
            String mode = entry.path("mode").asText(entry.has("folder") ? "0755" : "0644");
            Files.setAttribute(file, "unix:mode", Integer.valueOf(mode, 8));
        }
    }

    /** Copies a folder, links as links, or does nothing where there is none. */
    static void copy(Path from, Path to) throws IOException {
        if (!Files.exists(from)) {
            return;
        }
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (!Files.exists(target)) {
                    Files.copy(file, target, LinkOption.NOFOLLOW_LINKS);
                }
            }
        }
    }

    @Override
    public String toString() {
        return typeName() + " " + ShippedFiles.nameOf(folder);
    }
}
