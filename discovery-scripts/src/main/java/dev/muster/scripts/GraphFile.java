package dev.muster.scripts;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Checks the form of a {@code graph.yaml}: which nodes and edges a type's facts become. What its expressions mean is for the collector,
 * which evaluates them.
 */
final class GraphFile {
    static final String NAME = "graph.yaml";

    private static final Set<String> MEMBERS = Set.of("reads", "nodes", "edges", "make");
    private static final Set<String> NODE_MEMBERS = Set.of("label", "meaning", "of", "key", "properties");
    private static final Set<String> PROPERTY_MEMBERS = Set.of("name", "type", "meaning", "find", "otherwise");
    private static final Set<String> EDGE_MEMBERS = Set.of("from", "type", "to", "meaning", "lingers_hours");
    private static final Set<String> MAKE_MEMBERS = Set.of("for", "where", "nodes", "edges");
    private static final Set<String> OWNERS = Set.of("host", "all");
    private static final Set<String> PROPERTY_TYPES = Set.of("text", "int", "bool", "list of text");

    /** They become part of Cypher statements. */
    private static final Pattern LABEL = Pattern.compile("[A-Z][A-Za-z]{1,40}");

    private static final Pattern EDGE_TYPE = Pattern.compile("[A-Z][A-Z_]{1,40}");
    private static final Pattern PROPERTY = Pattern.compile("[a-z][A-Za-z0-9]{0,40}");
    private static final Pattern EXPRESSION = Pattern.compile("[^\\p{Cntrl}]{1,300}");
    private static final Pattern LOOP = Pattern.compile("[a-z]\\w*(, [a-z]\\w*)? in [^\\p{Cntrl}]{1,300}");
    private static final Pattern MADE_EDGE = Pattern.compile("[a-z]\\w* [A-Z][A-Z_]{1,40} [a-z]\\w*");

    /** A day and a week are what one looks back at. Implementation choice. */
    private static final int MAX_LINGERS_HOURS = 168;

    private GraphFile() {}

    /** The file as JSON, with every list there. */
    static ObjectNode read(Path file) throws CatalogueException {
        YamlNode yaml = YamlNode.read(file);
        yaml.allowOnly(MEMBERS);
        var json = JsonNodeFactory.instance.objectNode();
        var reads = json.putArray("reads");
        list(yaml, "reads").texts(DiscoveryType.NAME).forEach(reads::add);
        var nodes = json.putArray("nodes");
        for (var node : list(yaml, "nodes").items()) {
            nodes.add(node(node));
        }
        var edges = json.putArray("edges");
        for (var edge : list(yaml, "edges").items()) {
            edges.add(edge(edge));
        }
        var make = json.putArray("make");
        for (var entry : yaml.member("make").items()) {
            make.add(make(entry));
        }
        return json;
    }

    private static YamlNode list(YamlNode of, String member) {
        return of.memberOr(member, JsonNodeFactory.instance.arrayNode());
    }

    private static ObjectNode node(YamlNode node) throws CatalogueException {
        node.allowOnly(NODE_MEMBERS);
        var json = JsonNodeFactory.instance.objectNode();
        json.put("label", node.member("label").text(LABEL));
        json.put("meaning", node.member("meaning").text());
        json.put("of", node.member("of").text(OWNERS));
        var names = new HashSet<String>();
        var properties = JsonNodeFactory.instance.arrayNode();
        for (var property : node.member("properties").items()) {
            properties.add(property(property));
            names.add(property.member("name").text());
        }
        ArrayNode key = json.putArray("key");
        for (String part : node.member("key").texts(PROPERTY)) {
            if (!names.contains(part)) {
                throw node.wrong("its key names no property: " + part);
            }
            key.add(part);
        }
        if (key.isEmpty() || (key.size() > 1 && json.path("of").textValue().equals("all"))) {
            throw node.wrong("must have a key, of one property where the node is of all");
        }
        json.set("properties", properties);
        return json;
    }

    private static ObjectNode property(YamlNode property) throws CatalogueException {
        property.allowOnly(PROPERTY_MEMBERS);
        var json = JsonNodeFactory.instance.objectNode();
        json.put("name", property.member("name").text(PROPERTY));
        json.put("type", property.member("type").text(PROPERTY_TYPES));
        json.put("meaning", property.member("meaning").text());
        var find = property.memberOr("find", JsonNodeFactory.instance.booleanNode(false));
        find.flag();
        json.set("find", find.value());
        if (property.has("otherwise")) {
            json.set("otherwise", property.member("otherwise").value());
        }
        return json;
    }

    private static ObjectNode edge(YamlNode edge) throws CatalogueException {
        edge.allowOnly(EDGE_MEMBERS);
        var json = JsonNodeFactory.instance.objectNode();
        json.put("from", edge.member("from").text(LABEL));
        json.put("type", edge.member("type").text(EDGE_TYPE));
        json.put("to", edge.member("to").text(LABEL));
        json.put("meaning", edge.member("meaning").text());
        json.put(
                "lingers_hours",
                edge.memberOr("lingers_hours", JsonNodeFactory.instance.numberNode(0))
                        .number(0, MAX_LINGERS_HOURS));
        return json;
    }

    private static ObjectNode make(YamlNode entry) throws CatalogueException {
        entry.allowOnly(MAKE_MEMBERS);
        var json = JsonNodeFactory.instance.objectNode();
        var loops = json.putArray("for");
        list(entry, "for").texts(LOOP).forEach(loops::add);
        var where = json.putArray("where");
        list(entry, "where").texts(EXPRESSION).forEach(where::add);
        var nodes = json.putObject("nodes");
        YamlNode made = entry.member("nodes");
        for (Map.Entry<String, ?> alias : made.value().properties()) {
            nodes.set(alias.getKey(), madeNode(made.member(alias.getKey())));
        }
        var edges = json.putArray("edges");
        list(entry, "edges").texts(MADE_EDGE).forEach(edges::add);
        return json;
    }

    private static ObjectNode madeNode(YamlNode node) throws CatalogueException {
        if (node.has("is") == node.has("at")) {
            throw node.wrong("must have either is (it is made) or at (another type makes it)");
        }
        var json = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, ?> member : node.value().properties()) {
            boolean label = member.getKey().equals("is") || member.getKey().equals("at");
            json.put(member.getKey(), node.member(member.getKey()).text(label ? LABEL : EXPRESSION));
        }
        return json;
    }
}
