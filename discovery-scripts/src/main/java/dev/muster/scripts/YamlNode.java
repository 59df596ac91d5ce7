package dev.muster.scripts;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * A place in a YAML file that knows where it is, so that each complaint names file and member. Each reader below returns
 * a value of the wanted kind or complains.
 */
record YamlNode(String where, JsonNode value) {
    /** A description is some kilobytes; this is what a folder may cost before it is refused. Implementation choice. */
    private static final int MAX_FILE_BYTES = 1 << 20;

    /** Aliases are how YAML bombs grow, and no description needs one. */
    private static final int MAX_ALIASES = 0;

    private static final YAMLMapper MAPPER = mapper();

    static YamlNode read(Path file) throws CatalogueException {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new CatalogueException(file.toString(), "larger than " + MAX_FILE_BYTES + " bytes");
            }
            JsonNode value = MAPPER.readTree(Files.readString(file));
            return new YamlNode(file.toString(), value == null ? MissingNode.getInstance() : value);
        } catch (IOException e) {
            throw new CatalogueException(file.toString(), e);
        }
    }

    CatalogueException wrong(String problem) {
        return new CatalogueException(where, problem);
    }

    boolean has(String member) {
        return value.has(member);
    }

    YamlNode member(String name) throws CatalogueException {
        if (!value.has(name)) {
            throw wrong("lacks " + name);
        }
        return new YamlNode(where + " " + name, value.get(name));
    }

    YamlNode memberOr(String name, JsonNode otherwise) {
        return new YamlNode(where + " " + name, value.has(name) ? value.get(name) : otherwise);
    }

    /** A misspelt member would otherwise be a setting that silently does nothing. */
    void allowOnly(Set<String> members) throws CatalogueException {
        if (!value.isObject()) {
            throw wrong("is not a map");
        }
        for (var entry : value.properties()) {
            if (!members.contains(entry.getKey())) {
                String hint = Nearest.hint(entry.getKey(), members);
                throw wrong("unknown member " + entry.getKey()
                        + (hint.isEmpty() ? "; known are " + new TreeSet<>(members) : hint));
            }
        }
    }

    /** Text that is not blank. */
    String text() throws CatalogueException {
        if (!value.isTextual() || value.textValue().isBlank()) {
            throw wrong("is not a text");
        }
        return value.textValue();
    }

    String text(Pattern form) throws CatalogueException {
        String text = text();
        if (!form.matcher(text).matches()) {
            throw wrong("is \"" + text + "\", which does not match " + form);
        }
        return text;
    }

    String text(Set<String> words) throws CatalogueException {
        String text = text();
        if (!words.contains(text)) {
            throw wrong("is \"" + text + "\", not one of " + new TreeSet<>(words));
        }
        return text;
    }

    long number(long min, long max) throws CatalogueException {
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrong("is not a whole number");
        }
        long number = value.longValue();
        if (number < min || number > max) {
            throw wrong("is " + number + ", not from " + min + " to " + max);
        }
        return number;
    }

    boolean flag() throws CatalogueException {
        if (!value.isBoolean()) {
            throw wrong("is neither true nor false");
        }
        return value.booleanValue();
    }

    List<YamlNode> items() throws CatalogueException {
        if (!value.isArray()) {
            throw wrong("is not a list");
        }
        var items = new ArrayList<YamlNode>();
        for (int i = 0; i < value.size(); i++) {
            items.add(new YamlNode(where + "[" + i + "]", value.get(i)));
        }
        return items;
    }

    List<String> texts(Pattern form) throws CatalogueException {
        var texts = new ArrayList<String>();
        for (var item : items()) {
            texts.add(item.text(form));
        }
        return texts;
    }

    private static YAMLMapper mapper() {
        var limits = new LoaderOptions();
        limits.setMaxAliasesForCollections(MAX_ALIASES);
        limits.setCodePointLimit(MAX_FILE_BYTES);
        var factory = YAMLFactory.builder()
                .loaderOptions(limits)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        return YAMLMapper.builder(factory)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
    }
}
