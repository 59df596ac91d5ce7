package dev.muster.systemtests;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** JSON within other text. */
final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    /** The first value of a text that may go on. */
    static JsonNode of(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    /** The same as text: strings as they are, everything else as JSON. */
    static String first(String text) {
        JsonNode value = of(text);
        return value.isTextual() ? value.asText() : value.toString();
    }
}
