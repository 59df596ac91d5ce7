package dev.muster.collector.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.model.Wish;
import dev.muster.collector.model.Wishes;
import dev.muster.collector.settings.Form;
import dev.muster.collector.settings.Option;
import dev.muster.collector.settings.Option.Standard;
import dev.muster.collector.settings.Options;
import dev.muster.collector.settings.Section;
import dev.muster.collector.settings.SettingException;
import dev.muster.collector.wishes.Declarations;
import dev.muster.collector.wishes.SiteSettings;
import dev.muster.collector.wishes.StandingWishes;
import dev.muster.collector.wishes.TypeSettings;
import dev.muster.scripts.Nearest;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What agents are to discover otherwise than the types declare; see docs/discovery-types.md. */
record DiscoveryConfig(Declarations declarations, SiteSettings settings) {
    private static final Logger LOG = LoggerFactory.getLogger(DiscoveryConfig.class);

    private static final Option TYPES = new Option(
            "types",
            new Form.Tree("type: {keys below}"),
            Option.is("{}"),
            "For every host, for example `{smart: {enabled: true, interval: 2h}}`.",
            "");
    private static final Option ROLES = new Option(
            "roles", new Form.Tree("role: {type: {keys below}}"), Option.is("{}"), "For the hosts of a role.", "");
    private static final Option HOSTS = new Option(
            "hosts",
            new Form.Tree("host: {type: {keys below}}"),
            Option.is("{}"),
            "For one host, by its name. It goes before its roles, and they before `types`.",
            "");
    static final Options OPTIONS = new Options(
            "discovery",
            "What agents discover otherwise than the types declare. `TYPES_ON`, `TYPES_OFF` and `INTERVALS` of a host"
                    + " have the last word.",
            List.of(TYPES, ROLES, HOSTS));

    private static final Option ENABLED = new Option(
            "enabled",
            new Form.Flag(),
            new Standard.Depends("what the type declares", ""),
            "Whether it runs.",
            "`false`: rules that read it say `unknown`, later `na`. `true`: what the type's page says.");
    private static final Option INTERVAL = new Option(
            "interval",
            new Form.Time(Duration.ofSeconds(1), Duration.ofDays(31)),
            new Standard.Depends("what the type declares", ""),
            "The pause between the end of one run and the next.",
            "Shorter: the CPU time of one run, as often (`muster-agent discover --timing`).");
    private static final Option PARAMETERS = new Option(
            "parameters",
            new Form.Tree("parameter: value"),
            new Standard.Depends("what the type declares", ""),
            "What its script is told; lists of paths add up.",
            "");
    static final Options TYPE_OPTIONS = new Options(
            "discovery.types.TYPE", "What is said of one discovery type.", List.of(ENABLED, INTERVAL, PARAMETERS));

    /** What rules look at. */
    private static final String FILES = "fileattrs";

    private static final String FILES_PARAMETER = "paths";

    /** @throws SettingException naming what is wrong */
    static DiscoveryConfig read(JsonNode section) {
        return read(section, Declarations.shipped());
    }

    static DiscoveryConfig read(JsonNode node, Declarations declarations) {
        var section = new Section(OPTIONS, node);
        var reader = new Reader(declarations);
        return new DiscoveryConfig(
                declarations,
                new SiteSettings(
                        reader.types("discovery.types", section.node(TYPES)),
                        each("discovery.roles", section.node(ROLES), reader::types),
                        each("discovery.hosts", section.node(HOSTS), reader::types)));
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

        private TypeSettings type(String where, JsonNode node) {
            String type = where.substring(where.lastIndexOf('.') + 1);
            var section = new Section(TYPE_OPTIONS.named(where), node);
            if (!declarations.knows(type)) {
                LOG.warn(
                        "event=type-not-known where={} hint=\"a misspelt name{}, or a type that only hosts have\"",
                        where,
                        Nearest.among(type, declarations.names())
                                .map(meant -> " of " + meant)
                                .orElse(""));
            }
            SortedMap<String, String> parameters =
                    new TreeMap<>(each(where + ".parameters", section.node(PARAMETERS), (at, value) -> {
                        String name = at.substring(at.lastIndexOf('.') + 1);
                        String text = value(at, value);
                        declarations.problem(type, name, text).ifPresent(problem -> {
                            throw new SettingException(at, problem);
                        });
                        return text;
                    }));
            return new TypeSettings(run(section), interval(section), parameters);
        }

        private static Optional<Wish.Run> run(Section section) {
            if (!section.has(ENABLED)) {
                return Optional.empty();
            }
            return Optional.of(section.flag(ENABLED) ? Wish.Run.ON : Wish.Run.OFF);
        }

        private static Optional<Duration> interval(Section section) {
            return section.has(INTERVAL) ? Optional.of(section.duration(INTERVAL)) : Optional.empty();
        }

        /** A list is lines. */
        private static String value(String where, JsonNode value) {
            if (value.isArray() && value.valueStream().allMatch(JsonNode::isTextual)) {
                return value.valueStream().map(JsonNode::textValue).collect(Collectors.joining("\n"));
            }
            if (value.isTextual() || value.isIntegralNumber()) {
                return value.asText();
            }
            throw new SettingException(where, "a number, a word or a list of texts, not " + value);
        }
    }

    private interface Each<T> {
        T read(String where, JsonNode value);
    }

    private static <T> Map<String, T> each(String where, JsonNode section, Each<T> reader) {
        if (!section.isMissingNode() && !section.isObject()) {
            throw new SettingException(where, "names with values, not " + section);
        }
        Map<String, T> all = new HashMap<>();
        section.properties()
                .forEach(entry -> all.put(entry.getKey(), reader.read(where + "." + entry.getKey(), entry.getValue())));
        return all;
    }
}
