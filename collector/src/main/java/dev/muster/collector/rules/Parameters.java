package dev.muster.collector.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.model.FactsView;
import dev.muster.scripts.FactType;
import dev.muster.scripts.Nearest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The declared parameters and what they are on which host. Immutable. */
final class Parameters {
    static final Parameters NONE = new Parameters(Map.of(), ParameterValues.NONE);

    private final Map<String, Parameter> declared;
    private final ParameterValues values;

    private Parameters(Map<String, Parameter> declared, ParameterValues values) {
        this.declared = Map.copyOf(declared);
        this.values = values;
    }

    /** The first declaration of a name counts; values that are of no declared parameter or not of its type do not. */
    static Parameters of(List<Parameter> declarations, ParameterValues values, List<Problem> problems) {
        var declared = new HashMap<String, Parameter>();
        for (Parameter parameter : declarations) {
            Parameter first = declared.putIfAbsent(parameter.name(), parameter);
            if (first != null) {
                problems.add(parameter.problem("the name is taken: " + first.file() + ":" + first.line()));
            }
        }
        var fitting = new ParameterValues(
                fitting("site", values.site(), declared, problems),
                fittingEach("role", values.roles(), declared, problems),
                fittingEach("label", values.labels(), declared, problems),
                fittingEach("host", values.hosts(), declared, problems));
        return new Parameters(declared, fitting);
    }

    private static Map<String, Map<String, JsonNode>> fittingEach(
            String kind,
            Map<String, Map<String, JsonNode>> all,
            Map<String, Parameter> declared,
            List<Problem> problems) {
        var fitting = new HashMap<String, Map<String, JsonNode>>();
        new TreeMap<>(all)
                .forEach((name, some) -> fitting.put(name, fitting(kind + " " + name, some, declared, problems)));
        return fitting;
    }

    private static Map<String, JsonNode> fitting(
            String where, Map<String, JsonNode> values, Map<String, Parameter> declared, List<Problem> problems) {
        var fitting = new HashMap<String, JsonNode>();
        for (var entry : new TreeMap<>(values).entrySet()) {
            Parameter parameter = declared.get(entry.getKey());
            if (parameter == null) {
                String hint = Nearest.hint(entry.getKey(), declared.keySet());
                problems.add(problem(where, entry.getKey(), "is not declared by any file of rules" + hint));
            } else if (!parameter.type().accepts(entry.getValue())) {
                problems.add(problem(
                        where, entry.getKey(), "is not " + parameter.type().words()));
            } else {
                fitting.put(entry.getKey(), entry.getValue());
            }
        }
        return fitting;
    }

    private static Problem problem(String where, String name, String text) {
        return new Problem("parameters of " + where, 1, "", OneLine.of(name + " " + text));
    }

    Map<String, FactType> types() {
        var types = new TreeMap<String, FactType>();
        declared.forEach((name, parameter) -> types.put(name, parameter.type()));
        return types;
    }

    /** Those that have a value on a host. */
    Map<String, JsonNode> on(FactsView host) {
        var found = new HashMap<String, JsonNode>();
        declared.forEach((name, parameter) -> parameter.standard().ifPresent(value -> found.put(name, value)));
        found.putAll(values.site());
        new TreeSet<>(host.roles()).forEach(role -> found.putAll(values.roles().getOrDefault(role, Map.of())));
        new TreeSet<>(host.labels())
                .forEach(label -> found.putAll(values.labels().getOrDefault(label, Map.of())));
        found.putAll(values.hosts().getOrDefault(host.hostName(), Map.of()));
        return found;
    }

    /** Everything that a parameter is anywhere. */
    Set<JsonNode> everywhere(String name) {
        var found = new LinkedHashSet<JsonNode>();
        Parameter parameter = declared.get(name);
        if (parameter != null) {
            parameter.standard().ifPresent(found::add);
        }
        Stream.of(
                        Stream.of(values.site()),
                        values.roles().values().stream(),
                        values.labels().values().stream(),
                        values.hosts().values().stream())
                .flatMap(some -> some)
                .map(some -> some.get(name))
                .forEach(value -> {
                    if (value != null) {
                        found.add(value);
                    }
                });
        return found;
    }

    /** For a hash. */
    List<String> texts() {
        var texts = new ArrayList<String>();
        new TreeMap<>(declared).values().forEach(parameter -> texts.addAll(parameter.texts()));
        texts.add(new TreeMap<>(values.site()).toString());
        new TreeMap<>(values.roles()).forEach((role, some) -> texts.add(role + " " + new TreeMap<>(some)));
        new TreeMap<>(values.labels()).forEach((label, some) -> texts.add(label + " " + new TreeMap<>(some)));
        new TreeMap<>(values.hosts()).forEach((host, some) -> texts.add(host + " " + new TreeMap<>(some)));
        return texts;
    }
}
