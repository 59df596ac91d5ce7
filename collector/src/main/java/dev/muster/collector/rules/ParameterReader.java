package dev.muster.collector.rules;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.muster.scripts.FactType;
import dev.muster.scripts.Nearest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads the declaration of one parameter in a file of rules, token by token as {@link RuleReader}. */
final class ParameterReader {
    /** The member that a declaration begins with, and so is told from a rule. */
    static final String FIRST = "param";

    private static final String TYPE = "type";
    private static final String DEFAULT = "default";
    private static final String MEANING = "meaning";
    private static final Set<String> KNOWN = Set.of(FIRST, TYPE, DEFAULT, MEANING);

    /** Implementation choices: what a hostile file may cost. */
    private static final int MAX_ELEMENTS = 1_000;

    private static final int MAX_TEXT_CHARS = 1_000;

    private final YAMLParser parser;
    private final String file;
    private final int line;
    private final Map<String, JsonNode> members = new HashMap<>();
    private final List<Problem> problems = new ArrayList<>();

    private ParameterReader(YAMLParser parser, String file, int line) {
        this.parser = parser;
        this.file = file;
        this.line = line;
    }

    /** Exactly one of the two. */
    record Result(Optional<Parameter> parameter, List<Problem> problems) {}

    /** From the first member's name to the end of the map. */
    static Result read(YAMLParser parser, String file, int line) throws IOException {
        var reader = new ParameterReader(parser, file, line);
        for (JsonToken token = parser.currentToken(); token != JsonToken.END_OBJECT; token = parser.nextToken()) {
            reader.readMember();
        }
        var parameter = reader.parameter();
        return new Result(reader.problems.isEmpty() ? parameter : Optional.empty(), List.copyOf(reader.problems));
    }

    private void readMember() throws IOException {
        String name = parser.currentName();
        JsonToken token = parser.nextToken();
        if (!KNOWN.contains(name)) {
            wrong("unknown member " + name + Nearest.hint(name, KNOWN));
            parser.skipChildren();
        } else if (RuleReader.refersElsewhere(parser)) {
            wrong(RuleReader.ANCHORS);
            parser.skipChildren();
        } else if (token == JsonToken.START_ARRAY) {
            keep(name, list());
        } else {
            keep(name, scalar(token));
        }
    }

    private void keep(String name, JsonNode value) {
        if (members.put(name, value) != null) {
            wrong(name + " is there twice");
        }
    }

    private JsonNode list() throws IOException {
        var list = JsonNodeFactory.instance.arrayNode();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (RuleReader.refersElsewhere(parser)) {
                wrong(RuleReader.ANCHORS);
            }
            JsonNode element = scalar(token);
            if (list.size() < MAX_ELEMENTS) {
                list.add(element);
            } else if (problems.isEmpty()) {
                wrong("more than " + MAX_ELEMENTS + " elements");
            }
        }
        return list;
    }

    private JsonNode scalar(JsonToken token) throws IOException {
        switch (token) {
            case VALUE_TRUE, VALUE_FALSE -> {
                return BooleanNode.valueOf(token == JsonToken.VALUE_TRUE);
            }
            case VALUE_NUMBER_INT -> {
                if (parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
                    return LongNode.valueOf(parser.getLongValue());
                }
            }
            case VALUE_STRING -> {
                if (parser.getTextLength() <= MAX_TEXT_CHARS) {
                    return TextNode.valueOf(parser.getText());
                }
            }
            default -> {}
        }
        parser.skipChildren();
        wrong("is neither text, a whole number, true, false nor a list of these");
        return TextNode.valueOf("");
    }

    private Optional<Parameter> parameter() {
        String name = members.getOrDefault(FIRST, TextNode.valueOf("")).asText();
        if (!Parameter.NAME.matcher(name).matches()) {
            wrong("param is \"" + name + "\", which does not match " + Parameter.NAME);
        }
        if (!members.containsKey(MEANING)) {
            wrong("lacks " + MEANING);
        }
        String words = members.getOrDefault(TYPE, TextNode.valueOf("")).asText();
        FactType type = Parameter.TYPES.get(words);
        if (type == null) {
            wrong("type is \"" + words + "\", not one of " + new TreeSet<>(Parameter.TYPES.keySet()));
            return Optional.empty();
        }
        var standard = Optional.ofNullable(members.get(DEFAULT));
        if (standard.isPresent() && !type.accepts(standard.get())) {
            wrong("default is not " + words);
        }
        return Optional.of(new Parameter(name, type, standard, file, line));
    }

    private void wrong(String text) {
        String name = members.containsKey(FIRST) ? members.get(FIRST).asText() + ": " : "";
        problems.add(new Problem(file, RuleReader.line(parser), "", OneLine.of("param " + name + text)));
    }
}
