package dev.muster.collector.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** A waiver as JSON, in the detail of events and in the API. */
public final class WaiverJson {
    private WaiverJson() {}

    public static ObjectNode write(Waiver waiver) {
        ObjectNode node =
                JsonNodeFactory.instance.objectNode().put("id", waiver.id()).put("rule", waiver.rule());
        waiver.scope().host().ifPresent(text -> node.put("host", text));
        waiver.scope().role().ifPresent(text -> node.put("role", text));
        waiver.scope().label().ifPresent(text -> node.put("label", text));
        node.put("reason", waiver.reason())
                .put("owner", waiver.owner())
                .put("created", waiver.created().toString())
                .put("until", waiver.until().toString());
        waiver.ended().ifPresent(end -> node.put("ended", end.at().toString()).put("how", end.how()));
        return node;
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IllegalArgumentException where it is something else
     */
    public static Waiver read(JsonNode node) {
        return new Waiver(
                node.required("id").asText(),
                node.required("rule").asText(),
                new Waiver.Scope(text(node, "host"), text(node, "role"), text(node, "label")),
                node.required("reason").asText(),
                node.required("owner").asText(),
                time(node.required("created")),
                time(node.required("until")),
                Optional.ofNullable(node.get("ended"))
                        .map(at -> new Waiver.End(time(at), node.path("how").asText())));
    }

    private static Optional<String> text(JsonNode node, String field) {
        return Optional.ofNullable(node.get(field)).map(JsonNode::asText);
    }

    private static Instant time(JsonNode node) {
        try {
            return Instant.parse(node.asText());
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
