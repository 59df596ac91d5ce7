package dev.muster.collector.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.model.Wish;
import dev.muster.collector.model.Wishes;
import dev.muster.collector.wishes.Declarations;
import dev.muster.collector.wishes.SiteSettings;
import dev.muster.collector.wishes.StandingWishes;
import dev.muster.collector.wishes.TypeSettings;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What agents are to discover otherwise than the types declare.
 *
 * <pre>
 * discovery:
 *   types:                             # for every host
 *     smart: {enabled: true, interval: 2h}
 *     fileattrs: {parameters: {paths: [/srv/keys, "/srv/keys/*"]}}
 *   roles:                             # for the hosts of a role
 *     web: {checksums: {enabled: true, parameters: {programs: [/opt/app/bin/app]}}}
 *   hosts:                             # for one host, by its name
 *     web1: {packages: {enabled: false}}
 * </pre>
 */
record DiscoveryConfig(Declarations declarations, SiteSettings settings) {
    private static final Logger LOG = LoggerFactory.getLogger(DiscoveryConfig.class);

    private static final Set<String> KEYS = Set.of("types", "roles", "hosts");
    private static final Set<String> TYPE_KEYS = Set.of("enabled", "interval", "parameters");
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(31);

    /** What rules look at. */
    private static final String FILES = "fileattrs";

    private static final String FILES_PARAMETER = "paths";

    /** @throws ConfigException naming what is wrong */
    static DiscoveryConfig read(JsonNode section) {
        return read(section, Declarations.shipped());
    }

    static DiscoveryConfig read(JsonNode section, Declarations declarations) {
        onlyKnown("discovery", section, KEYS);
        var reader = new Reader(declarations);
        return new DiscoveryConfig(
                declarations,
                new SiteSettings(
                        reader.types("discovery.types", section.path("types")),
                        each("discovery.roles", section.path("roles"), reader::types),
                        each("discovery.hosts", section.path("hosts"), reader::types)));
    }

    /** @param pathsRead what rules look at: paths and globs */
    Wishes wishes(Collection<String> pathsRead) {
        SortedMap<String, Collection<String>> files = new TreeMap<>();
        if (!pathsRead.isEmpty()) {
            files.put(FILES_PARAMETER, pathsRead);
        }
        return new StandingWishes(declarations, settings, Map.of(FILES, files));
    }

    private record Reader(Declarations declarations) {
        private Map<String, TypeSettings> types(String where, JsonNode section) {
            return each(where, section, this::type);
        }

        private TypeSettings type(String where, JsonNode section) {
            String type = where.substring(where.lastIndexOf('.') + 1);
            onlyKnown(where, section, TYPE_KEYS);
            if (!declarations.knows(type)) {
                LOG.warn(
                        "event=type-not-known where={} hint=\"a misspelt name, or a type that only hosts have\"",
                        where);
            }
            SortedMap<String, String> parameters =
                    new TreeMap<>(each(where + ".parameters", section.path("parameters"), (at, value) -> {
                        String name = at.substring(at.lastIndexOf('.') + 1);
                        String text = value(at, value);
                        declarations.problem(type, name, text).ifPresent(problem -> {
                            throw new ConfigException(at + " " + problem);
                        });
                        return text;
                    }));
            return new TypeSettings(run(where, section.path("enabled")), interval(where, section), parameters);
        }

        private static Optional<Wish.Run> run(String where, JsonNode enabled) {
            if (enabled.isMissingNode()) {
                return Optional.empty();
            }
            if (!enabled.isBoolean()) {
                throw new ConfigException(where + ".enabled: true or false, not " + enabled);
            }
            return Optional.of(enabled.booleanValue() ? Wish.Run.ON : Wish.Run.OFF);
        }

        private static Optional<Duration> interval(String where, JsonNode section) {
            if (!section.has("interval")) {
                return Optional.empty();
            }
            String key = where + ".interval";
            Duration interval =
                    CollectorConfig.duration(key, section.path("interval").asText());
            if (interval.compareTo(SHORTEST) < 0 || interval.compareTo(LONGEST) > 0) {
                throw new ConfigException(key + ": from 1s to 744h, not " + section.path("interval"));
            }
            return Optional.of(interval);
        }

        /** A list is lines. */
        private static String value(String where, JsonNode value) {
            if (value.isArray() && value.valueStream().allMatch(JsonNode::isTextual)) {
                return value.valueStream().map(JsonNode::textValue).collect(Collectors.joining("\n"));
            }
            if (value.isTextual() || value.isIntegralNumber()) {
                return value.asText();
            }
            throw new ConfigException(where + ": a number, a word or a list of texts, not " + value);
        }
    }

    private interface Each<T> {
        T read(String where, JsonNode value);
    }

    private static <T> Map<String, T> each(String where, JsonNode section, Each<T> reader) {
        if (!section.isMissingNode() && !section.isObject()) {
            throw new ConfigException(where + ": names with values, not " + section);
        }
        Map<String, T> all = new HashMap<>();
        section.properties()
                .forEach(entry -> all.put(entry.getKey(), reader.read(where + "." + entry.getKey(), entry.getValue())));
        return all;
    }

    private static void onlyKnown(String where, JsonNode section, Set<String> known) {
        section.properties().stream()
                .map(Map.Entry::getKey)
                .filter(key -> !known.contains(key))
                .findFirst()
                .ifPresent(key -> {
                    throw new ConfigException(
                            "unknown key " + where + "." + key + "; known are " + new TreeSet<>(known));
                });
    }
}
