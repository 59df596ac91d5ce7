package dev.muster.collector.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.rules.Catalogue;
import dev.muster.collector.rules.ParameterValues;
import dev.muster.collector.rules.Profiles;
import dev.muster.collector.rules.RuleLoader;
import dev.muster.collector.rules.RuleSource;
import dev.muster.collector.rules.Rulebook;
import dev.muster.collector.settings.Form;
import dev.muster.collector.settings.Option;
import dev.muster.collector.settings.Option.Standard;
import dev.muster.collector.settings.Options;
import dev.muster.collector.settings.Section;
import dev.muster.collector.settings.SettingException;
import dev.muster.scripts.Nearest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which rules are judged, and what their parameters are; see docs/rules.md. */
record RulesConfig(Profiles profiles, ParameterValues values, Optional<Path> folder) {
    private static final List<String> PROFILES = List.of("base", "strict", "stig");
    private static final String PROFILE_LIST = "a list of `base`, `strict`, `stig`";

    private static final Option FOLDER = new Option(
            "folder",
            new Form.Text("a path"),
            new Standard.Depends("`rules.d` in the collector's home, where it is there", "/etc/muster/rules.d"),
            "Your own rules, which may change those that come with Muster.",
            "");
    private static final Option PROFILE = new Option(
            "profiles",
            new Form.Tree(PROFILE_LIST),
            Option.is("[base]"),
            "Rules of other profiles do not run.",
            "`strict` and `stig`: many more findings.");
    private static final Option PARAMETERS = new Option(
            "parameters",
            new Form.Tree("parameter: value"),
            Option.is("{}"),
            "Parameters of rules for every host, for example `{allowed_admins: [root]}`.",
            "");
    private static final Option ROLES = new Option(
            "roles",
            new Form.Tree("role: {parameter: value}"),
            Option.is("{}"),
            "The same for the hosts of a role, for example `{web: {allowed_ports: [80, 443]}}`.",
            "");
    private static final Option LABELS = new Option(
            "labels",
            new Form.Tree("label: {parameter: value}"),
            Option.is("{}"),
            "The same for the hosts of a label, for example `{team=shop: {allowed_ports: [443]}}`.",
            "");
    private static final Option HOSTS = new Option(
            "hosts",
            new Form.Tree("host: {parameter: value}"),
            Option.is("{}"),
            "The same for one host, by its name; the nearest counts.",
            "");
    private static final Option ROLE_PROFILES = new Option(
            "role-profiles",
            new Form.Tree("role: " + PROFILE_LIST),
            Option.is("{}"),
            "More profiles for the hosts of a role, for example `{db: [stig]}`.",
            "");
    private static final Option LABEL_PROFILES = new Option(
            "label-profiles",
            new Form.Tree("label: " + PROFILE_LIST),
            Option.is("{}"),
            "More profiles for the hosts of a label, for example `{env=prod: [strict]}`.",
            "");
    static final Options OPTIONS = new Options(
            "rules",
            "Which rules are judged, and what their parameters are.",
            List.of(FOLDER, PROFILE, PARAMETERS, ROLES, LABELS, HOSTS, ROLE_PROFILES, LABEL_PROFILES));

    /** @throws SettingException naming what is wrong; values of parameters are judged when rules are loaded */
    static RulesConfig read(JsonNode node) {
        var section = new Section(OPTIONS, node);
        return new RulesConfig(
                new Profiles(
                        section.has(PROFILE)
                                ? profiles(section.node(PROFILE), "rules.profiles")
                                : RuleLoader.DEFAULT_PROFILES,
                        profilesOf(section, ROLE_PROFILES),
                        profilesOf(section, LABEL_PROFILES)),
                new ParameterValues(
                        map(section.node(PARAMETERS), "rules.parameters"),
                        maps(section, ROLES),
                        maps(section, LABELS),
                        maps(section, HOSTS)),
                section.text(FOLDER).map(Path::of));
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

    private static Map<String, Set<String>> profilesOf(Section section, Option option) {
        String key = "rules." + option.key();
        var all = new HashMap<String, Set<String>>();
        map(section.node(option), key).forEach((name, list) -> all.put(name, profiles(list, key + "." + name)));
        return all;
    }

    private static Set<String> profiles(JsonNode list, String key) {
        List<String> words = list.valueStream().map(JsonNode::asText).toList();
        if (list.isArray() && !words.isEmpty() && PROFILES.containsAll(words)) {
            return Set.copyOf(words);
        }
        String hint = words.stream()
                .filter(word -> !PROFILES.contains(word))
                .findFirst()
                .map(word -> Nearest.hint(word, PROFILES))
                .orElse("");
        throw new SettingException(key, "a list of " + String.join(", ", PROFILES) + ", not " + list + hint);
    }

    private static Map<String, Map<String, JsonNode>> maps(Section section, Option option) {
        String key = "rules." + option.key();
        var all = new HashMap<String, Map<String, JsonNode>>();
        map(section.node(option), key).forEach((name, some) -> all.put(name, map(some, key + "." + name)));
        return all;
    }

    private static Map<String, JsonNode> map(JsonNode section, String key) {
        if (!section.isMissingNode() && !section.isObject()) {
            throw new SettingException(key, "names with values, not " + section);
        }
        var map = new HashMap<String, JsonNode>();
        section.properties().forEach(entry -> map.put(entry.getKey(), entry.getValue()));
        return map;
    }
}
