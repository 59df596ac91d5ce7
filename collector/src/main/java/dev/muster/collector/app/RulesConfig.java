package dev.muster.collector.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.rules.Catalogue;
import dev.muster.collector.rules.ParameterValues;
import dev.muster.collector.rules.Profiles;
import dev.muster.collector.rules.RuleLoader;
import dev.muster.collector.rules.RuleSource;
import dev.muster.collector.rules.Rulebook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which rules are judged, and what their parameters are.
 *
 * <pre>
 * rules:
 *   folder: /etc/muster/rules.d        # the administrator's own rules; rules.d in the home when it is there
 *   profiles: [base, strict]           # base, strict, stig; base alone where nothing is said
 *   role-profiles:                     # and more on the hosts of a role
 *     web: [stig]
 *   label-profiles:                    # or of a label
 *     env=prod: [strict]
 *   parameters:                        # for every host
 *     allowed_admins: [root]
 *   roles:                             # for the hosts of a role
 *     web: {allowed_ports: [80, 443]}
 *   labels:                            # for the hosts of a label
 *     team=shop: {allowed_ports: [443]}
 *   hosts:                             # for one host, by its name
 *     web1: {allowed_admins: [root, eve]}
 * </pre>
 */
record RulesConfig(Profiles profiles, ParameterValues values, Optional<Path> folder) {
    private static final Set<String> KEYS =
            Set.of("folder", "profiles", "parameters", "roles", "labels", "hosts", "role-profiles", "label-profiles");
    private static final Set<String> PROFILES = Set.of("base", "strict", "stig");

    /** @throws ConfigException naming what is wrong; values of parameters are judged when rules are loaded */
    static RulesConfig read(JsonNode section) {
        for (Map.Entry<String, JsonNode> entry : section.properties()) {
            if (!KEYS.contains(entry.getKey())) {
                throw new ConfigException("unknown key rules." + entry.getKey() + "; known are " + new TreeSet<>(KEYS));
            }
        }
        return new RulesConfig(
                new Profiles(
                        section.has("profiles")
                                ? profiles("profiles", section.path("profiles"))
                                : RuleLoader.DEFAULT_PROFILES,
                        profilesOf("role-profiles", section.path("role-profiles")),
                        profilesOf("label-profiles", section.path("label-profiles"))),
                new ParameterValues(
                        map("parameters", section.path("parameters")),
                        maps("roles", section.path("roles")),
                        maps("labels", section.path("labels")),
                        maps("hosts", section.path("hosts"))),
                Optional.of(section.path("folder").asText(""))
                        .filter(text -> !text.isEmpty())
                        .map(Path::of));
    }

    /** The shipped rules and those of the administrator's folder, which may change the shipped ones. */
    Rulebook load(Path home) {
        Catalogue catalogue = Catalogue.shipped();
        var sources = new ArrayList<>(RuleSource.shipped());
        Path own = folder.orElse(home.resolve("rules.d"));
        if (folder.isPresent() || Files.isDirectory(own)) {
            try {
                sources.addAll(RuleSource.folder(own, catalogue));
            } catch (IOException e) {
                throw new ConfigException("the folder of rules " + own + " cannot be read: " + e, e);
            }
        }
        return Rulebook.load(catalogue, sources, profiles, values);
    }

    private static Map<String, Set<String>> profilesOf(String key, JsonNode section) {
        var all = new HashMap<String, Set<String>>();
        map(key, section).forEach((name, list) -> all.put(name, profiles(key + "." + name, list)));
        return all;
    }

    private static Set<String> profiles(String key, JsonNode list) {
        List<String> words = list.valueStream().map(JsonNode::asText).toList();
        if (!list.isArray() || words.isEmpty() || !PROFILES.containsAll(words)) {
            throw new ConfigException("rules." + key + ": a list of " + new TreeSet<>(PROFILES) + ", not " + list);
        }
        return Set.copyOf(words);
    }

    private static Map<String, Map<String, JsonNode>> maps(String key, JsonNode section) {
        var all = new HashMap<String, Map<String, JsonNode>>();
        map(key, section).forEach((name, some) -> all.put(name, map(key + "." + name, some)));
        return all;
    }

    private static Map<String, JsonNode> map(String key, JsonNode section) {
        if (!section.isMissingNode() && !section.isObject()) {
            throw new ConfigException("rules." + key + ": names with values, not " + section);
        }
        var map = new HashMap<String, JsonNode>();
        section.properties().forEach(entry -> map.put(entry.getKey(), entry.getValue()));
        return map;
    }
}
