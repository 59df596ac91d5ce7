package dev.muster.collector.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.neo4j.driver.Value;
import org.neo4j.driver.types.Node;
import org.neo4j.driver.types.Path;
import org.neo4j.driver.types.Relationship;
import org.neo4j.driver.types.TypeSystem;

/** Turns one row of a result into JSON, and stops making more once it is over its budget. */
final class ResultJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final TypeSystem TYPES = TypeSystem.getDefault();

    /** What a number, a bracket or a name costs, about. */
    private static final int SMALL_BYTES = 8;

    private final long budget;
    private long bytes;

    ResultJson(long budget) {
        this.budget = budget;
    }

    /** About the size of what was turned so far; over the budget where it was cut. */
    long bytes() {
        return bytes;
    }

    List<JsonNode> row(List<Value> values) {
        List<JsonNode> row = new ArrayList<>(values.size());
        values.forEach(value -> row.add(json(value)));
        return row;
    }

    private JsonNode json(Value value) {
        bytes += SMALL_BYTES;
        if (bytes > budget || value.isNull()) {
            return JSON.nullNode();
        }
        if (TYPES.NODE().isTypeOf(value)) {
            return node(value.asNode());
        }
        if (TYPES.RELATIONSHIP().isTypeOf(value)) {
            return relationship(value.asRelationship());
        }
        if (TYPES.PATH().isTypeOf(value)) {
            return path(value.asPath());
        }
        if (TYPES.LIST().isTypeOf(value)) {
            return list(value.values());
        }
        if (TYPES.MAP().isTypeOf(value)) {
            ObjectNode map = JSON.objectNode();
            value.keys().forEach(key -> map.set(text(key), json(value.get(key))));
            return map;
        }
        return scalar(value);
    }

    private JsonNode scalar(Value value) {
        if (TYPES.BOOLEAN().isTypeOf(value)) {
            return JSON.booleanNode(value.asBoolean());
        }
        if (TYPES.INTEGER().isTypeOf(value)) {
            return JSON.numberNode(value.asLong());
        }
        if (TYPES.FLOAT().isTypeOf(value) && Double.isFinite(value.asDouble())) {
            return JSON.numberNode(value.asDouble());
        }
        if (TYPES.STRING().isTypeOf(value)) {
            return JSON.textNode(text(value.asString()));
        }
        return JSON.textNode(text(String.valueOf(value.asObject())));
    }

    private ObjectNode node(Node node) {
        ObjectNode json = JSON.objectNode().put("id", text(node.elementId()));
        ArrayNode labels = json.putArray("labels");
        node.labels().forEach(label -> labels.add(text(label)));
        ObjectNode properties = json.putObject("properties");
        node.keys().forEach(key -> properties.set(text(key), json(node.get(key))));
        return json;
    }

    private ObjectNode relationship(Relationship relationship) {
        ObjectNode json = JSON.objectNode()
                .put("id", text(relationship.elementId()))
                .put("type", text(relationship.type()))
                .put("start", text(relationship.startNodeElementId()))
                .put("end", text(relationship.endNodeElementId()));
        ObjectNode properties = json.putObject("properties");
        relationship.keys().forEach(key -> properties.set(text(key), json(relationship.get(key))));
        return json;
    }

    private ObjectNode path(Path path) {
        ObjectNode json = JSON.objectNode();
        ArrayNode nodes = json.putArray("nodes");
        path.nodes().forEach(node -> nodes.add(node(node)));
        ArrayNode relationships = json.putArray("relationships");
        path.relationships().forEach(relationship -> relationships.add(relationship(relationship)));
        return json;
    }

    private ArrayNode list(Iterable<Value> values) {
        ArrayNode list = JSON.arrayNode();
        for (Value value : values) {
            if (bytes > budget) {
                break;
            }
            list.add(json(value));
        }
        return list;
    }

    private String text(String text) {
        bytes += text.length();
        return text;
    }
}
