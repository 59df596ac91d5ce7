package dev.muster.collector.rules;

import dev.muster.collector.model.FactsView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Which profiles are active where: a rule of another one does not run. A host has those of the site, of each of its roles and of each of
 * its labels.
 */
public record Profiles(Set<String> site, Map<String, Set<String>> roles, Map<String, Set<String>> labels) {
    public Profiles {
        site = Set.copyOf(site);
        roles = Map.copyOf(roles);
        labels = Map.copyOf(labels);
    }

    /** The same everywhere. */
    public static Profiles everywhere(Set<String> profiles) {
        return new Profiles(profiles, Map.of(), Map.of());
    }

    /** Whether a profile is active on any host. */
    boolean isAnywhere(String profile) {
        return site.contains(profile)
                || roles.values().stream().anyMatch(some -> some.contains(profile))
                || labels.values().stream().anyMatch(some -> some.contains(profile));
    }

    /** The rules that run on a host. */
    Predicate<CompiledRule> on(FactsView host) {
        if (roles.isEmpty() && labels.isEmpty()) {
            return rule -> site.contains(rule.rule().profile());
        }
        var active = new TreeSet<>(site);
        host.roles().forEach(role -> active.addAll(roles.getOrDefault(role, Set.of())));
        host.labels().forEach(label -> active.addAll(labels.getOrDefault(label, Set.of())));
        return rule -> active.contains(rule.rule().profile());
    }

    /** For a hash. */
    List<String> texts() {
        var texts = new ArrayList<String>();
        texts.add(new TreeSet<>(site).toString());
        new TreeMap<>(roles).forEach((role, some) -> texts.add("role " + role + " " + new TreeSet<>(some)));
        new TreeMap<>(labels).forEach((label, some) -> texts.add("label " + label + " " + new TreeSet<>(some)));
        return texts;
    }
}
