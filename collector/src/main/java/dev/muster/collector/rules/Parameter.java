package dev.muster.collector.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.scripts.FactType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What rules leave to the administrator, such as the allowed ports; conditions read it as {@code param.<name>}.
 *
 * @param standard what it is where nobody says otherwise; without one, rules that read it apply only where somebody does
 * @param file where it is declared
 */
record Parameter(String name, FactType type, Optional<JsonNode> standard, String file, int line) {
    static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");

    /** By the words of a declaration. */
    static final Map<String, FactType> TYPES = Map.of(
            "text",
            FactType.Plain.TEXT,
            "int",
            FactType.Plain.INT,
            "bool",
            FactType.Plain.BOOL,
            "list of text",
            new FactType.ListOf(FactType.Plain.TEXT),
            "list of int",
            new FactType.ListOf(FactType.Plain.INT));

    Problem problem(String text) {
        return new Problem(file, line, "", OneLine.of("param " + name + ": " + text));
    }

    /** For a hash. */
    List<String> texts() {
        return List.of(name, type.words(), standard.map(JsonNode::toString).orElse(""));
    }
}
