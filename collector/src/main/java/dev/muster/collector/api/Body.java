package dev.muster.collector.api;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** JSON bodies of requests and answers. */
final class Body {
    static final ObjectMapper JSON = new ObjectMapper();

    private static final int MAX_REQUEST_BYTES = 256 << 10;
    private static final int MAX_DISCARDED_BYTES = 4 << 20;

    private Body() {}

    /**
     * Reads a JSON object.
     *
     * @param fields those that it may have; another one is an error, because it is a misspelt one
     */
    static ObjectNode read(Context context, List<String> fields) throws IOException {
        // By count, not by Content-Length: a chunked body has none.
        InputStream in = context.req().getInputStream();
        byte[] bytes = in.readNBytes(MAX_REQUEST_BYTES + 1);
        if (bytes.length > MAX_REQUEST_BYTES) {
            // A client that is still sending would see a reset connection in place of the answer.
            in.skip(MAX_DISCARDED_BYTES);
            throw Problem.tooLarge("The body has more than " + MAX_REQUEST_BYTES + " bytes.");
        }
        ObjectNode body = parse(bytes);
        body.fieldNames().forEachRemaining(name -> {
            if (!fields.contains(name)) {
                throw Problem.badRequest(
                        "The body has an unknown field \"" + Parameters.shown(name) + "\".",
                        "It takes: " + String.join(", ", fields) + ".");
            }
        });
        return body;
    }

    /** A whole number from 1 in a body. */
    static int number(ObjectNode body, String name, int otherwise, int most) {
        JsonNode value = body.path(name);
        if (value.isMissingNode()) {
            return otherwise;
        }
        return (int) Parameters.number(name, value.isIntegralNumber() ? value.asText() : value.toString(), 1, most);
    }

    static void write(Context context, JsonNode answer) throws IOException {
        context.contentType("application/json");
        context.result(JSON.writeValueAsBytes(answer));
    }

    /** Writes a list element by element, so that a large one is never in memory twice. */
    static <T> void list(
            Context context, String field, List<T> elements, Function<T, ObjectNode> form, Map<String, JsonNode> beside)
            throws IOException {
        context.contentType("application/json");
        try (JsonGenerator out = JSON.createGenerator(context.res().getOutputStream())) {
            out.writeStartObject();
            out.writeArrayFieldStart(field);
            for (T element : elements) {
                out.writeTree(form.apply(element));
            }
            out.writeEndArray();
            for (Map.Entry<String, JsonNode> other : beside.entrySet()) {
                out.writeFieldName(other.getKey());
                out.writeTree(other.getValue());
            }
            out.writeEndObject();
        }
    }

    private static ObjectNode parse(byte[] bytes) throws IOException {
        try {
            if (JSON.readTree(bytes) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException noJson) {
            throw Problem.badRequest("The body is no JSON: " + noJson.getOriginalMessage() + ".", "See docs/api.md.");
        }
        throw Problem.badRequest("The body is no JSON object.", "See docs/api.md.");
    }
}
