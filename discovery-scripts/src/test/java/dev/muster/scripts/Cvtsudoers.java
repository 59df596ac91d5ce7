package dev.muster.scripts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What {@code cvtsudoers -e -f json} prints, and facts of the type sudoers, in a form in which they may be compared.
 *
 * @param rules users, hosts, whom they become, tags and commands of each rule
 * @param defaults who each of them binds, and its settings
 */
record Cvtsudoers(List<List<List<String>>> rules, List<Map<String, String>> defaults) {
    /** Members without an object around them, which is what sudo 1.9.13 prints. */
    private static final Pattern BARE = Pattern.compile(
            "(?m)^(\\s*)(\"(?:runchroot|runcwd|role|type|privs|limitprivs|apparmor_profile)\": \"[^\"]*\")(,?)$");

    private static final Map<String, List<String>> TAGS = Map.of(
            "authenticate", List.of("PASSWD", "NOPASSWD"),
            "noexec", List.of("NOEXEC", "EXEC"),
            "sudoedit_follow", List.of("FOLLOW", "NOFOLLOW"),
            "send_mail", List.of("MAIL", "NOMAIL"));
    private static final Map<String, String> OPTIONS = Map.of("runcwd", "CWD", "runchroot", "CHROOT");

    static Cvtsudoers parse(String text) throws IOException {
        JsonNode json = JsonMapper.builder()
                .build()
                .readTree(BARE.matcher(text).replaceAll("$1{ $2 }$3").replace("\\/", "/"));
        var rules = new ArrayList<List<List<String>>>();
        for (JsonNode spec : json.path("User_Specs")) {
            for (JsonNode commands : spec.path("Cmnd_Specs")) {
                rules.add(List.of(
                        members(spec.path("User_List"), "%"),
                        members(spec.path("Host_List"), ""),
                        members(commands.path("runasusers"), "%"),
                        members(commands.path("runasgroups"), ""),
                        tags(commands),
                        members(commands.path("Commands"), "")));
            }
        }
        var defaults = new ArrayList<Map<String, String>>();
        for (JsonNode entry : json.path("Defaults")) {
            var settings = new TreeMap<String, String>();
            settings.put(" bound", String.join(",", members(entry.path("Binding"), "%")));
            entry.path("Options").forEach(option -> addSetting(settings, option));
            defaults.add(settings);
        }
        return new Cvtsudoers(rules, defaults);
    }

    static List<List<List<String>>> rulesOf(JsonNode facts) {
        return facts.path("rules")
                .valueStream()
                .map(rule -> Stream.of("users", "hosts", "runas_users", "runas_groups", "tags", "commands")
                        .map(name -> texts(rule.path(name)))
                        .toList())
                .map(Cvtsudoers::withoutWhatIsImplied)
                .toList();
    }

    static List<Map<String, String>> defaultsOf(JsonNode facts) {
        return facts.path("defaults").valueStream().map(Cvtsudoers::defaultOf).toList();
    }

    private static Map<String, String> defaultOf(JsonNode entry) {
        var settings = new TreeMap<String, String>();
        settings.put(" bound", entry.path("scope").asText().replaceFirst("^[@:>!]", ""));
        entry.path("settings")
                .properties()
                .forEach(setting ->
                        settings.put(setting.getKey(), setting.getValue().asText()));
        return settings;
    }

    /** ALL implies SETENV, and cvtsudoers says so. */
    private static List<List<String>> withoutWhatIsImplied(List<List<String>> rule) {
        if (!rule.get(5).contains("ALL")) {
            return rule;
        }
        var kept = new ArrayList<>(rule);
        kept.set(4, rule.get(4).stream().filter(tag -> !tag.equals("SETENV")).toList());
        return kept;
    }

    private static List<String> tags(JsonNode commands) {
        var tags = new ArrayList<String>();
        boolean hasAll = commands.path("Commands")
                .valueStream()
                .anyMatch(command -> command.path("command").asText().equals("ALL") && !command.has("negated"));
        Stream.of("Options", "SELinux_Spec", "AppArmor_Spec")
                .flatMap(name -> commands.path(name).valueStream())
                .flatMap(option -> option.properties().stream())
                .filter(option -> !(hasAll && option.getKey().equals("setenv")))
                .forEach(option -> tags.add(tag(option.getKey(), option.getValue())));
        return tags.stream().sorted().toList();
    }

    private static String tag(String name, JsonNode value) {
        String upper = name.toUpperCase(Locale.ROOT);
        if (value.isBoolean()) {
            var words = TAGS.getOrDefault(name, List.of(upper, "NO" + upper));
            return words.get(value.asBoolean() ? 0 : 1);
        }
        if (name.equals("command_timeout")) {
            return "TIMEOUT=" + (value.asInt() % 3600 == 0 ? value.asInt() / 3600 + "h" : value.asInt() / 60 + "m");
        }
        return OPTIONS.getOrDefault(name, upper) + "=" + value.asText();
    }

    private static List<String> members(JsonNode list, String groupMark) {
        return list.valueStream().map(member -> member(member, groupMark)).toList();
    }

    private static String member(JsonNode member, String groupMark) {
        var text = new StringBuilder(member.path("negated").asBoolean() ? "!" : "");
        for (var digest : member.properties()) {
            if (digest.getKey().startsWith("sha")) {
                text.append(digest.getKey())
                        .append(':')
                        .append(digest.getValue().asText());
                text.append(' ');
            }
        }
        for (var part : member.properties()) {
            text.append(mark(part.getKey(), groupMark));
            if (!part.getKey().equals("negated") && !part.getKey().startsWith("sha")) {
                text.append(part.getValue().asText());
            }
        }
        return text.toString();
    }

    private static String mark(String kind, String groupMark) {
        return switch (kind) {
            case "usergroup" -> groupMark;
            case "userid" -> "#";
            case "usergid" -> groupMark + "#";
            case "netgroup" -> "+";
            case "nonunixgroup" -> "%:";
            case "nonunixgid" -> "%:#";
            default -> "";
        };
    }

    private static void addSetting(Map<String, String> settings, JsonNode option) {
        String sign = switch (option.path("operation").asText()) {
            case "list_add" -> "+";
            case "list_remove" -> "-";
            default -> "";
        };
        for (var setting : option.properties()) {
            if (setting.getKey().equals("operation")) {
                continue;
            }
            JsonNode value = setting.getValue();
            String text = value.isArray() ? String.join(" ", texts(value)) : value.asText();
            settings.merge(setting.getKey() + sign, text, (was, added) -> sign.isEmpty() ? added : was + " " + added);
        }
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asText).toList();
    }
}
