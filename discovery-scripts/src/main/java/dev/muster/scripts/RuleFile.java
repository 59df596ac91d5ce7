package dev.muster.scripts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Checks the form of a {@code rules.yaml}, and that each literal key it reads is declared by name: on a map a misspelt
 * key is silently missing. The conditions themselves are compiled by the collector, which has the language.
 */
final class RuleFile {
    private static final Set<String> MEMBERS = Set.of(
            "id",
            "title",
            "category",
            "severity",
            "when",
            "check",
            "missing",
            "why",
            "fix",
            "refs",
            "profile",
            "instance");
    private static final Set<String> PARAMETER_MEMBERS = Set.of("param", "type", "default", "meaning");
    private static final Set<String> PARAMETER_TYPES = Set.of("text", "int", "bool", "list of text", "list of int");
    private static final Pattern PARAMETER_NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");
    private static final Pattern INSTANCE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{1,63}");
    private static final Pattern LINE = Pattern.compile("[^\\p{Cntrl}]{3,300}");
    private static final Set<String> CATEGORIES =
            Set.of("security", "networking", "containers", "logging", "patching", "availability", "integrity");
    private static final Set<String> SEVERITIES = Set.of("low", "medium", "high");
    private static final Set<String> PROFILES = Set.of("base", "strict", "stig");
    private static final Set<String> MISSING = Set.of("na", "fail", "pass");
    private static final Pattern KEY_READ = Pattern.compile("(?<![A-Za-z0-9_.])facts\\[(\"|')(.*?)\\1\\]");

    private RuleFile() {}

    /** The ids of a file, in its order. */
    static List<String> readIds(Path file, DiscoveryType type) throws CatalogueException {
        var ids = new ArrayList<String>();
        var seen = new HashSet<String>();
        for (var rule : YamlNode.read(file).items()) {
            if (rule.has("param")) {
                checkParameter(rule);
                continue;
            }
            rule.allowOnly(MEMBERS);
            String id = rule.member("id").text(ID);
            if (!seen.add(id)) {
                throw rule.wrong("id " + id + " is there twice");
            }
            check(rule, type.json());
            ids.add(id);
        }
        return ids;
    }

    /** What rules leave to the administrator; whether the default is of the type is the collector's to say. */
    private static void checkParameter(YamlNode parameter) throws CatalogueException {
        parameter.allowOnly(PARAMETER_MEMBERS);
        parameter.member("param").text(PARAMETER_NAME);
        parameter.member("type").text(PARAMETER_TYPES);
        parameter.member("meaning").text();
    }

    private static void check(YamlNode rule, JsonNode type) throws CatalogueException {
        rule.member("title").text(LINE);
        rule.member("category").text(CATEGORIES);
        rule.member("severity").text(SEVERITIES);
        rule.member("why").text();
        rule.member("fix").text();
        rule.member("missing").text(MISSING);
        rule.member("profile").text(PROFILES);
        if (rule.has("instance")) {
            rule.member("instance").text(INSTANCE);
        }
        rule.memberOr("refs", JsonNodeFactory.instance.arrayNode()).texts(LINE);
        checkKeys(rule.member("when"), type);
        checkKeys(rule.member("check"), type);
    }

    private static void checkKeys(YamlNode condition, JsonNode type) throws CatalogueException {
        if (!(FactType.ofData(type) instanceof FactType.Keys keys)) {
            return;
        }
        var reads = KEY_READ.matcher(condition.text());
        while (reads.find()) {
            if (!keys.declares(reads.group(2))) {
                throw condition.wrong("reads the key " + reads.group(2) + ", which discovery.yaml does not declare");
            }
        }
    }
}
