package dev.muster.systemtests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;

/** A host's files, from the recorded ones of discovery types and what a test adds. */
final class SampleTree {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path TYPES = Path.of("..", "discovery-scripts");

    private final Path root;

    SampleTree(Path root) throws IOException {
        this.root = Files.createDirectories(root);
    }

    Path root() {
        return root;
    }

    Path at(String path) {
        return root.resolve(path);
    }

    /** Lays a sample's {@code tree.json} over what is there. */
    void lay(String type, String sample) throws IOException {
        JsonNode tree = JSON.readTree(TYPES.resolve(type)
                .resolve("samples")
                .resolve(sample)
                .resolve("tree.json")
                .toFile());
        for (var entry : tree.properties()) {
            JsonNode file = entry.getValue();
            if (file.has("link")) {
                link(entry.getKey(), file.path("link").asText());
            } else if (file.has("folder")) {
                Files.createDirectories(at(entry.getKey()));
            } else {
                write(entry.getKey(), content(file));
            }
        }
    }

    /** The content of a file of a sample. */
    static byte[] content(String type, String sample, String path) throws IOException {
        return content(JSON.readTree(TYPES.resolve(type)
                        .resolve("samples")
                        .resolve(sample)
                        .resolve("tree.json")
                        .toFile())
                .path(path));
    }

    private static byte[] content(JsonNode file) {
        return file.has("base64")
                ? Base64.getDecoder().decode(file.path("base64").asText())
                : file.path("text").asText().getBytes(StandardCharsets.UTF_8);
    }

    void write(String path, String text) throws IOException {
        write(path, text.getBytes(StandardCharsets.UTF_8));
    }

    /** In one step. */
    void write(String path, byte[] content) throws IOException {
        Path file = at(path);
        Files.createDirectories(file.getParent());
        Path fresh = Files.write(root.resolveSibling("fresh"), content);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    void program(String path, byte[] content) throws IOException {
        write(path, content);
        Files.setPosixFilePermissions(at(path), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    void link(String path, String target) throws IOException {
        Files.createDirectories(at(path).getParent());
        Files.deleteIfExists(at(path));
        Files.createSymbolicLink(at(path), Path.of(target));
    }

    String read(String path) throws IOException {
        return Files.readString(at(path));
    }
}
