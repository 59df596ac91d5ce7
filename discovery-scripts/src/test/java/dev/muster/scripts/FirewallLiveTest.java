package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares firewall with what nft and iptables-save print, over rules drawn at random in a network of their own. */
final class FirewallLiveTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int RULES = 150;
    private static final List<String> HOOKS = List.of("INPUT", "FORWARD", "OUTPUT");

    @TempDir
    Path scratch;

    @BeforeEach
    void aNetworkOfItsOwnIsAllowed() throws Exception {
        Shell.require("nft");
        Shell.require("iptables");
        network().requireThat("nft list ruleset");
    }

    @ParameterizedTest(name = "{0} under {1}")
    @CsvSource({"1,DASH", "2,BUSYBOX", "3,DASH", "4,BUSYBOX"})
    void saysWhatNftSays(long seed, Shell shell) throws Exception {
        var random = new SplittableRandom(seed);
        var rules = new StringBuilder("table inet t {\n set ports { type inet_service; elements = { 1, 22, 300 } }\n");
        for (String hook : HOOKS) {
            String policy = random.nextBoolean() ? "drop" : "accept";
            rules.append(" chain %1$s {\n type filter hook %1$s priority 0; policy %2$s;\n"
                    .formatted(hook.toLowerCase(Locale.ROOT), policy));
            for (int i = 0; i < RULES; i++) {
                rules.append(nftRule(random, hook)).append('\n');
            }
            rules.append(" }\n");
        }
        Path file = Files.writeString(scratch.resolve("rules.nft"), rules + "}\n");

        JsonNode facts = facts(shell, "nft -f " + file);

        JsonNode ruleset =
                JSON.readTree(inside("nft -f " + file, "nft -j list ruleset").text());
        assertThat(facts.path("backend").asText()).isEqualTo("nftables");
        assertThat(facts.path("rule_count").asInt()).isEqualTo(3 * RULES);
        for (String family : List.of("v4", "v6")) {
            assertThat(chains(facts, family)).isEqualTo(nftChains(ruleset));
        }
        assertThat(owners(facts, "v4")).hasSizeGreaterThan(3).isEqualTo(nftOwners(ruleset));
    }

    @ParameterizedTest(name = "{0} by {1} under {2}")
    @CsvSource({
        "1,iptables-nft,DASH",
        "2,iptables-nft,BUSYBOX",
        "3,ip6tables-nft,DASH",
        "4,iptables-legacy,BUSYBOX",
        "5,ip6tables-legacy,DASH"
    })
    void saysWhatIptablesSaveSays(long seed, String program, Shell shell) throws Exception {
        Shell.require(program + "-save");
        var random = new SplittableRandom(seed);
        var rules = new StringBuilder("*filter\n");
        for (String hook : HOOKS) {
            rules.append(":%s %s [0:0]\n".formatted(hook, random.nextBoolean() ? "DROP" : "ACCEPT"));
        }
        for (int i = 0; i < RULES; i++) {
            rules.append(iptablesRule(random, HOOKS.get(random.nextInt(HOOKS.size()))))
                    .append('\n');
        }
        Path file = Files.writeString(scratch.resolve("rules"), rules + "COMMIT\n");
        String load = program + "-restore <" + file;
        if (inside(load, "true").status() != 0) {
            // A kernel without the old tables, or without one of the matches.
            Assumptions.abort(inside(load, "true").complaints());
        }

        JsonNode facts = facts(shell, load);

        String saved = inside(load, program + "-save").text();
        String family = program.startsWith("ip6") ? "v6" : "v4";
        assertThat(facts.path("backend").asText()).isEqualTo(program.replace("ip6", "ip"));
        assertThat(facts.path("rule_count").asInt()).isEqualTo(RULES);
        assertThat(chains(facts, family)).isEqualTo(savedChains(saved));
        assertThat(owners(facts, family)).hasSizeGreaterThan(3).isEqualTo(savedOwners(saved));
    }

    @Test
    void findsNothingWhereNothingIsLoaded() throws Exception {
        JsonNode facts = facts(Shell.DASH, "true");

        assertThat(facts.path("active").asBoolean()).isFalse();
        assertThat(facts.path("rule_count").asInt()).isZero();
        assertThat(facts.path("v4").path("input_policy").asText()).isEqualTo("ACCEPT");
    }

    /** The old tables come to be when somebody looks for them. */
    @Test
    void loadsNoTables() throws Exception {
        assertThat(inside(
                                OwnNetwork.script("firewall", Shell.DASH),
                                "cat /proc/net/ip_tables_names 2>/dev/null; nft list tables")
                        .text())
                .isBlank();
    }

    private JsonNode facts(Shell shell, String load) throws Exception {
        return network().facts("firewall", shell, load);
    }

    private Shell.Run inside(String load, String command) throws Exception {
        return network().run(load, command);
    }

    private OwnNetwork network() {
        return new OwnNetwork(scratch);
    }

    private static String port(RandomGenerator random) {
        return Integer.toString(random.nextInt(1, 65_000));
    }

    private static String range(RandomGenerator random, String sign) {
        int from = random.nextInt(1, 65_000);
        return from + sign + (from + random.nextInt(1, 40));
    }

    private static String nftRule(RandomGenerator random, String hook) {
        var words = new StringJoiner(" ");
        switch (random.nextInt(7)) {
            case 0 -> words.add("tcp dport " + port(random));
            case 1 -> words.add("udp dport { " + port(random) + ", " + range(random, "-") + " }");
            case 2 -> words.add("tcp dport @ports");
            case 3 -> words.add("tcp dport != " + port(random));
            case 4 -> words.add("udp dport " + range(random, "-"));
            case 5 -> words.add("meta l4proto { tcp, udp } th dport " + port(random));
            default -> {}
        }
        if (random.nextInt(3) == 0) {
            words.add(random.nextBoolean() ? "ct state new" : "ct state established,related");
        }
        if (hook.equals("OUTPUT") && random.nextInt(4) == 0) {
            words.add("meta " + (random.nextBoolean() ? "skuid " : "skgid ") + (random.nextBoolean() ? "!= " : "")
                    + random.nextInt(70_000));
        }
        // Each asks for something, or it would decide about all others.
        words.add((random.nextBoolean() ? "iifname" : "oifname") + " \"eth" + random.nextInt(3) + "\"");
        return words.add(List.of("accept", "drop", "reject", "counter", "log prefix \"a { b\"")
                        .get(random.nextInt(5)))
                .toString();
    }

    private static String iptablesRule(RandomGenerator random, String chain) {
        var words = new StringJoiner(" ").add("-A " + chain);
        switch (random.nextInt(5)) {
            case 0 -> words.add("-p tcp -m tcp --dport " + port(random));
            case 1 -> words.add("-p udp -m udp --dport " + range(random, ":"));
            case 2 -> words.add("-p tcp -m multiport --dports " + port(random) + "," + range(random, ":"));
            case 3 -> words.add("-p tcp -m tcp ! --dport " + port(random));
            default -> {}
        }
        if (random.nextInt(3) == 0) {
            words.add("-m conntrack --ctstate " + (random.nextBoolean() ? "NEW" : "RELATED,ESTABLISHED"));
        }
        if (chain.equals("OUTPUT") && random.nextInt(3) == 0) {
            words.add("-m owner " + (random.nextBoolean() ? "! " : "") + (random.nextBoolean() ? "--uid" : "--gid")
                    + "-owner " + random.nextInt(70_000));
        }
        if (random.nextInt(3) == 0) {
            words.add("-m comment --comment \"-j \\\"DROP\\\" --dport 1 \\\\\"");
        }
        words.add((chain.equals("OUTPUT") ? "-o" : "-i") + " eth" + random.nextInt(3));
        return words.add(List.of("-j ACCEPT", "-j DROP", "-j LOG --log-prefix \"-j DROP \"", "")
                        .get(random.nextInt(4)))
                .toString();
    }

    /** Policy and rules of each hook, as the facts have them. */
    private static Map<String, List<String>> chains(JsonNode facts, String family) {
        var chains = new TreeMap<String, List<String>>();
        for (JsonNode chain : facts.path(family).path("chains")) {
            var lines = new ArrayList<>(List.of(chain.path("policy").asText()));
            for (JsonNode rule : chain.path("rules")) {
                lines.add(line(
                        rule.path("proto").asText(),
                        rule.path("dport").asText(),
                        rule.path("states").valueStream().map(JsonNode::asText),
                        rule.path("target").asText()));
                assertThat(rule.path("has_other_match").asBoolean()).isTrue();
                assertThat(rule.path("index").asInt()).isEqualTo(lines.size() - 1);
            }
            chains.put(chain.path("hook").asText(), lines);
        }
        return chains;
    }

    private static String line(String proto, String dport, Stream<String> states, String target) {
        return String.join("|", proto, dport, states.sorted().collect(Collectors.joining(",")), target);
    }

    private static List<String> owners(JsonNode facts, String family) {
        return facts.path(family)
                .path("owner_rules")
                .valueStream()
                .map(rule -> (rule.has("uid")
                                ? "uid " + rule.path("uid").asText()
                                : "gid " + rule.path("gid").asText()) + " "
                        + rule.path("negated").asText())
                .distinct()
                .sorted()
                .toList();
    }

    private static Map<String, List<String>> nftChains(JsonNode ruleset) {
        var chains = new TreeMap<String, List<String>>();
        for (JsonNode element : ruleset.path("nftables")) {
            JsonNode chain = element.path("chain");
            if (chain.has("hook")) {
                chains.computeIfAbsent(chain.path("hook").asText().toUpperCase(Locale.ROOT), _ -> new ArrayList<>())
                        .addFirst(chain.path("policy").asText().toUpperCase(Locale.ROOT));
            }
            JsonNode rule = element.path("rule");
            if (rule.has("expr")) {
                chains.computeIfAbsent(rule.path("chain").asText().toUpperCase(Locale.ROOT), _ -> new ArrayList<>())
                        .add(nftLine(rule.path("expr")));
            }
        }
        return chains;
    }

    private static String nftLine(JsonNode expressions) {
        String proto = "";
        String dport = "";
        Stream<String> states = Stream.of();
        String target = "";
        for (JsonNode expression : expressions) {
            String kind = expression.fieldNames().next();
            JsonNode match = expression.path("match");
            JsonNode left = match.path("left");
            if (left.path("payload").path("field").asText().equals("dport")) {
                String of = left.path("payload").path("protocol").asText();
                proto = of.equals("th") ? proto : of;
                dport = match.path("op").asText().equals("==") ? ports(match.path("right")) : "";
            } else if (left.path("meta").path("key").asText().equals("l4proto")) {
                proto = ports(match.path("right"));
            } else if (left.has("ct")) {
                JsonNode right = match.path("right");
                states = (right.isArray() ? right.valueStream() : Stream.of(right))
                        .map(state -> state.asText().toUpperCase(Locale.ROOT));
            } else if (List.of("accept", "drop", "reject").contains(kind)) {
                target = kind.toUpperCase(Locale.ROOT);
            }
        }
        return line(proto, dport, states, target);
    }

    private static String ports(JsonNode right) {
        if (right.asText().equals("@ports")) {
            return "1,22,300";
        }
        Stream<JsonNode> values = right.has("set") ? right.path("set").valueStream() : Stream.of(right);
        return values.map(value -> value.has("range")
                        ? value.path("range").path(0).asText() + "-"
                                + value.path("range").path(1).asText()
                        : value.asText())
                .sorted((a, b) -> a.matches("[a-z].*") ? a.compareTo(b) : Integer.compare(first(a), first(b)))
                .collect(Collectors.joining(","));
    }

    private static int first(String ports) {
        return ports.isEmpty() ? 0 : Integer.parseInt(ports.replaceFirst("-.*", ""));
    }

    private static List<String> nftOwners(JsonNode ruleset) {
        return ruleset.findValues("match").stream()
                .filter(match ->
                        match.path("left").path("meta").path("key").asText().matches("sk[ug]id"))
                .map(match ->
                        match.path("left").path("meta").path("key").asText().substring(2) + " "
                                + match.path("right").asText() + " "
                                + match.path("op").asText().equals("!="))
                .distinct()
                .sorted()
                .toList();
    }

    private static Map<String, List<String>> savedChains(String saved) {
        var chains = new TreeMap<String, List<String>>();
        for (String line : saved.lines().toList()) {
            if (line.startsWith(":")) {
                String[] words = line.substring(1).split(" ", -1);
                chains.put(words[0], new ArrayList<>(List.of(words[1])));
            } else if (line.startsWith("-A ")) {
                String bare = line.replaceAll("\"(\\\\.|[^\"\\\\])*\"", "");
                String ports = found(bare, "(?<!! )--dports? (\\S+)").replace(':', '-');
                chains.getOrDefault(found(bare, "^-A (\\S+)"), new ArrayList<>())
                        .add(line(
                                found(bare, " -p (\\S+)"),
                                Stream.of(ports.split(",", -1))
                                        .sorted((a, b) -> Integer.compare(first(a), first(b)))
                                        .collect(Collectors.joining(",")),
                                Stream.of(found(bare, "--ctstate (\\S+)").split(",", -1)),
                                found(bare, " -j (\\S+)")));
            }
        }
        return chains;
    }

    private static List<String> savedOwners(String saved) {
        return Pattern.compile("(! )?--([ug]id)-owner (\\d+)")
                .matcher(saved)
                .results()
                .map(match -> match.group(2) + " " + match.group(3) + " " + (match.group(1) != null))
                .distinct()
                .sorted()
                .toList();
    }

    private static String found(String line, String pattern) {
        var matcher = Pattern.compile(pattern).matcher(line);
        return matcher.find() ? matcher.group(1) : "";
    }
}
