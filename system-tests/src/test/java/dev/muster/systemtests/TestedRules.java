package dev.muster.systemtests;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Some shipped rules once more, written down naively: what facts they fail on. What is not there fails none of them. */
final class TestedRules {
    private static final Map<String, Map<String, Predicate<JsonNode>>> FAILING = Map.of(
            "proc_sys",
            Map.of(
                    "nist_V-38523", is("net.ipv4.conf.all.accept_source_route", "1", "2"),
                    "nist_V-38524", is("net.ipv4.conf.all.accept_redirects", "1", "2"),
                    "nist_V-38528", is("net.ipv4.conf.all.log_martians", "0", "2"),
                    "nist_V-38539", is("net.ipv4.tcp_syncookies", "0"),
                    "itbp-00001", is("net.core.default_qdisc", "pfifo_fast", "noqueue")),
            "fileattrs",
            Map.of(
                    "file-passwd-bak", grantsMoreThan("/etc/passwd-", 0644),
                    "file-shells", grantsMoreThan("/etc/shells", 0644),
                    "file-crontab", grantsMoreThan("/etc/crontab", 0600)),
            "auditd_conf",
            Map.of());

    private TestedRules() {}

    static boolean knows(String rule) {
        return FAILING.values().stream().anyMatch(rules -> rules.containsKey(rule));
    }

    /** Those that fail on these facts, as the API gives them. */
    static Set<String> failing(String type, JsonNode facts) {
        Set<String> failing = new TreeSet<>();
        if (facts.path("status").asText().equals("ok")) {
            new TreeMap<>(FAILING.get(type)).forEach((rule, fails) -> {
                if (fails.test(facts.path("data"))) {
                    failing.add(rule);
                }
            });
        }
        return failing;
    }

    private static Predicate<JsonNode> is(String key, String... values) {
        return data -> List.of(values).contains(data.path(key).asText());
    }

    private static Predicate<JsonNode> grantsMoreThan(String path, int mode) {
        return data -> (Integer.parseInt(data.path(path).path("octal").asText("0"), 8) & ~mode) != 0;
    }
}
