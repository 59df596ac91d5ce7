package dev.muster.agent.discovery;

import dev.muster.protocol.message.FactsReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the agent needs to know of a discovery type; what its facts mean is the collector's matter.
 *
 * @param schema version of its facts, from 1
 * @param platforms on which it can run at all
 * @param activation whether it runs without being asked for
 * @param interval from the end of one run to the start of the next
 * @param needs Linux capabilities, such as CAP_SYS_PTRACE
 * @param watch files and folders whose change runs it at once
 * @param after types that run before it
 * @param script absolute path; empty where the agent's own code discovers it
 */
public record DiscoveryType(
        String name,
        String description,
        int schema,
        List<String> platforms,
        Activation activation,
        Duration interval,
        Duration timeout,
        List<String> needs,
        Map<String, Parameter> parameters,
        List<Path> watch,
        List<String> after,
        Optional<Path> script) {
    /** Whether a type runs without being asked for. */
    public enum Activation {
        BY_DEFAULT,
        /** It costs or tells more than everybody wants: by TYPES_ON of this host, or a wish of the collector. */
        ON_REQUEST
    }

    public DiscoveryType {
        FactsReport.typeName(name);
        if (schema < 1
                || interval.compareTo(Duration.ofSeconds(1)) < 0
                || timeout.compareTo(Duration.ofMillis(1)) < 0) {
            throw new DiscoveryException("schema, interval or timeout of " + name + " is out of range");
        }
        platforms = List.copyOf(platforms);
        needs = List.copyOf(needs);
        parameters = Map.copyOf(parameters);
        watch = List.copyOf(watch);
        after = List.copyOf(after);
        parameters.keySet().forEach(Parameter::variable);
    }

    /**
     * The environment variables for these parameters, defaults filled in.
     *
     * @throws DiscoveryException for a name that is not declared or a value that does not fit
     */
    public Map<String, String> variables(Map<String, String> given) {
        for (String name : given.keySet()) {
            if (!parameters.containsKey(name)) {
                throw new DiscoveryException(this.name + " has no parameter " + name);
            }
        }
        Map<String, String> variables = new LinkedHashMap<>();
        parameters.forEach((name, parameter) -> variables.put(Parameter.variable(name), value(name, parameter, given)));
        return variables;
    }

    private static String value(String name, Parameter parameter, Map<String, String> given) {
        String value = given.get(name);
        return value == null ? parameter.defaultValue() : parameter.accept(name, value);
    }
}
