package dev.muster.collector.wishes;

import dev.muster.collector.model.FactsView;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an administrator says of types, each by its name. A host's own word goes before that of its roles, of which the last by name
 * counts, that before the site's.
 *
 * @param site for every host
 * @param roles by role
 * @param hosts by the host's name as the collector shows it
 */
public record SiteSettings(
        Map<String, TypeSettings> site,
        Map<String, Map<String, TypeSettings>> roles,
        Map<String, Map<String, TypeSettings>> hosts) {
    public static final SiteSettings NONE = new SiteSettings(Map.of(), Map.of(), Map.of());

    public SiteSettings {
        site = Map.copyOf(site);
        roles = Map.copyOf(roles);
        hosts = Map.copyOf(hosts);
    }

    /** By type. */
    SortedMap<String, TypeSettings> of(FactsView host) {
        SortedMap<String, TypeSettings> found = new TreeMap<>(site);
        new TreeSet<>(host.roles()).forEach(role -> put(found, roles.getOrDefault(role, Map.of())));
        put(found, hosts.getOrDefault(host.hostName(), Map.of()));
        return found;
    }

    private static void put(Map<String, TypeSettings> found, Map<String, TypeSettings> above) {
        above.forEach((type, settings) -> found.merge(type, settings, (below, over) -> over.over(below)));
    }
}
