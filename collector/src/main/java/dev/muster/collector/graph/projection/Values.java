package dev.muster.collector.graph.projection;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.graph.projection.NodeKind.Property;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Facts as properties: of the declared type or not at all, and never longer than an index can hold. */
final class Values {
    /** Neo4j's range index holds values of about 8 kB; a character takes up to three bytes in UTF-8. */
    private static final int MAX_CHARS = 1_000;

    private static final int MAX_ELEMENTS = 200;

    private Values() {}

    static Optional<Object> of(Property property, JsonNode value) {
        return switch (property.type()) {
            case "text" -> value.isTextual() ? Optional.of(bounded(value.textValue())) : Optional.empty();
            case "int" ->
                value.isIntegralNumber() && value.canConvertToLong()
                        ? Optional.of(value.longValue())
                        : Optional.empty();
            case "bool" -> value.isBoolean() ? Optional.of(value.booleanValue()) : Optional.empty();
            case "list of text" -> value.isArray() ? Optional.of(texts(value)) : Optional.empty();
            default -> throw new ProjectionException("a property cannot be " + property.type());
        };
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        for (JsonNode element : array) {
            if (element.isTextual() && texts.size() < MAX_ELEMENTS) {
                texts.add(bounded(element.textValue()));
            }
        }
        return texts;
    }

    /** Longer text is cut, with a hash of the whole so that two that begin alike stay two. */
    static String bounded(String text) {
        if (text.length() <= MAX_CHARS) {
            return text;
        }
        String hash = HexFormat.of().formatHex(sha256(text));
        int cut = MAX_CHARS - hash.length() - 1;
        int end = Character.isHighSurrogate(text.charAt(cut - 1)) ? cut - 1 : cut;
        return text.substring(0, end) + "…" + hash;
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
