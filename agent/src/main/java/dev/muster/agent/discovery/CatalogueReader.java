package dev.muster.agent.discovery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads catalogue.json (docs/discovery-types.md) as a stream: of each type only what the agent needs is kept, not the descriptions of
 * its facts, which are most of the file.
 */
final class CatalogueReader {
    /** A file that comes with the types and belongs in the same folder. */
    record ShippedFile(String path, boolean executable) {}

    /** {@code types} by name; their scripts and {@code files} below the root. */
    record Content(Map<String, DiscoveryType> types, List<ShippedFile> files) {}

    private static final int VERSION = 1;
    private static final int MAX_TYPES = 2_000;
    /** Ten times what 84 types take. */
    private static final int MAX_CHARS = 16 << 20;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(64)
                    .maxDocumentLength(MAX_CHARS)
                    .maxStringLength(1 << 20)
                    .build())
            .build();

    private final JsonParser in;
    private final Path root;
    private final Map<String, DiscoveryType> types = new LinkedHashMap<>();
    private final List<ShippedFile> files = new ArrayList<>();

    private CatalogueReader(JsonParser in, Path root) {
        this.in = in;
        this.root = root;
    }

    /** {@code what} names the source in errors; paths in it are relative to {@code root}. */
    static Content read(InputStream json, String what, Path root) {
        try (JsonParser in = FACTORY.createParser(json)) {
            var reader = new CatalogueReader(in, root);
            reader.document();
            return new Content(reader.types, reader.files);
        } catch (IOException e) {
            throw new DiscoveryException("cannot read " + what + ": " + firstLine(e), e);
        } catch (RuntimeException e) {
            throw new DiscoveryException("cannot use " + what + ": " + e.getMessage(), e);
        }
    }

    private static String firstLine(IOException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    private void document() throws IOException {
        expect(JsonToken.START_OBJECT);
        long version = 0;
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            switch (in.currentName()) {
                case "version" -> version = number();
                case "lib" -> files();
                case "types" -> types();
                default -> skip();
            }
        }
        if (version != VERSION) {
            throw new DiscoveryException("version " + version + " is not " + VERSION);
        }
    }

    private void types() throws IOException {
        expect(JsonToken.START_OBJECT);
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            if (types.size() == MAX_TYPES) {
                throw new DiscoveryException("more than " + MAX_TYPES + " types");
            }
            String name = in.currentName();
            types.put(name, type(name));
        }
    }

    private DiscoveryType type(String name) throws IOException {
        String description = "";
        long schema = 0;
        List<String> platforms = List.of("linux");
        var activation = DiscoveryType.Activation.BY_DEFAULT;
        long interval = 60;
        long timeout = 30;
        List<String> needs = List.of();
        Map<String, Parameter> parameters = Map.of();
        List<Path> watch = List.of();
        List<String> after = List.of();
        Optional<Path> script = Optional.empty();
        expect(JsonToken.START_OBJECT);
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            switch (in.currentName()) {
                case "description" -> description = text();
                case "schema" -> schema = number();
                case "platforms" -> platforms = texts();
                case "enabled" -> activation = activation();
                case "interval_seconds" -> interval = number();
                case "timeout_seconds" -> timeout = number();
                case "needs" -> needs = texts();
                case "parameters" -> parameters = parameters();
                case "watch" -> watch = texts().stream().map(Path::of).toList();
                case "after" -> after = texts();
                case "files" -> files();
                case "script" -> script = Optional.of(below(text()));
                default -> skip();
            }
        }
        return new DiscoveryType(
                name,
                description,
                Math.toIntExact(schema),
                platforms,
                activation,
                Duration.ofSeconds(interval),
                Duration.ofSeconds(timeout),
                needs,
                parameters,
                watch,
                after,
                script);
    }

    private DiscoveryType.Activation activation() throws IOException {
        return switch (in.nextToken()) {
            case VALUE_TRUE -> DiscoveryType.Activation.BY_DEFAULT;
            case VALUE_FALSE -> DiscoveryType.Activation.ON_REQUEST;
            default -> throw new DiscoveryException("enabled must be true or false");
        };
    }

    private Map<String, Parameter> parameters() throws IOException {
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        expect(JsonToken.START_OBJECT);
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            parameters.put(name, parameter(name));
        }
        return parameters;
    }

    private Parameter parameter(String name) throws IOException {
        String type = "";
        long min = 0;
        long max = 0;
        List<String> values = List.of();
        List<String> otherwise = List.of();
        expect(JsonToken.START_OBJECT);
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            switch (in.currentName()) {
                case "type" -> type = text();
                case "min" -> min = number();
                case "max" -> max = number();
                case "values", "roots" -> values = texts();
                case "default" -> otherwise = oneOrMore();
                default -> skip();
            }
        }
        return switch (type) {
            case "int" -> new Parameter.WholeNumber(min, max, Long.parseLong(only(name, otherwise)));
            case "enum" -> new Parameter.Choice(values, only(name, otherwise));
            case "paths" -> new Parameter.Paths(values.stream().map(Path::of).toList(), String.join("\n", otherwise));
            case "globs" -> new Parameter.Globs(values.stream().map(Path::of).toList(), String.join("\n", otherwise));
            default -> throw new DiscoveryException("parameter " + name + " has the unknown type " + type);
        };
    }

    private static String only(String name, List<String> values) {
        if (values.size() != 1) {
            throw new DiscoveryException("parameter " + name + " needs one default");
        }
        return values.getFirst();
    }

    private void files() throws IOException {
        expect(JsonToken.START_ARRAY);
        while (in.nextToken() == JsonToken.START_OBJECT) {
            String path = "";
            String mode = "";
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                switch (in.currentName()) {
                    case "path" -> path = text();
                    case "mode" -> mode = text();
                    default -> skip();
                }
            }
            below(path);
            files.add(new ShippedFile(path, mode.equals("0755")));
        }
    }

    /** Refuses what would lie outside the root. */
    private Path below(String relative) {
        Path path = root.resolve(relative).normalize();
        if (relative.isEmpty() || !path.startsWith(root.normalize()) || path.equals(root.normalize())) {
            throw new DiscoveryException("path outside the catalogue's folder: " + relative);
        }
        return path;
    }

    private List<String> oneOrMore() throws IOException {
        JsonToken token = in.nextToken();
        return token == JsonToken.START_ARRAY ? list() : List.of(in.getText());
    }

    private List<String> texts() throws IOException {
        expect(JsonToken.START_ARRAY);
        return list();
    }

    private List<String> list() throws IOException {
        List<String> texts = new ArrayList<>();
        while (in.nextToken() == JsonToken.VALUE_STRING) {
            texts.add(in.getText());
        }
        if (in.currentToken() != JsonToken.END_ARRAY) {
            throw new DiscoveryException("a list must hold texts only");
        }
        return texts;
    }

    private String text() throws IOException {
        expect(JsonToken.VALUE_STRING);
        return in.getText();
    }

    private long number() throws IOException {
        expect(JsonToken.VALUE_NUMBER_INT);
        return in.getLongValue();
    }

    private void skip() throws IOException {
        in.nextToken();
        in.skipChildren();
    }

    private void expect(JsonToken token) throws IOException {
        if (in.nextToken() != token) {
            throw new DiscoveryException(
                    "expected " + token + " at line " + in.currentLocation().getLineNr());
        }
    }
}
