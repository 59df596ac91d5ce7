package dev.muster.collector.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * What an administrator sets parameters of rules to. A host's own value goes before that of its labels, that before that of
 * its roles, of which in both cases the last by name counts, that before the site's, that before the default.
 *
 * @param site for every host, by the parameter's name
 * @param roles by role
 * @param labels by label
 * @param hosts by the host's name as the collector shows it
 */
public record ParameterValues(
        Map<String, JsonNode> site,
        Map<String, Map<String, JsonNode>> roles,
        Map<String, Map<String, JsonNode>> labels,
        Map<String, Map<String, JsonNode>> hosts) {
    public static final ParameterValues NONE = new ParameterValues(Map.of(), Map.of(), Map.of(), Map.of());

    public ParameterValues {
        site = Map.copyOf(site);
        roles = Map.copyOf(roles);
        labels = Map.copyOf(labels);
        hosts = Map.copyOf(hosts);
    }
}
