package dev.muster.collector.graph.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.muster.collector.model.InstanceKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the shipped declarations make of handwritten facts. */
final class ProjectionsTest {
    private static final Projections SHIPPED = Projections.shipped();
    private static final String OS = "{\"id\": \"debian\"}";
    private static final String NETCONFIG = """
            {"interfaces": {
              "lo": {"address": "00:00:00:00:00:00", "ipaddrs": {"127.0.0.1/8": {}, "::1/128": {}}},
              "eth0": {"address": "52:54:00:AB:CD:EF", "mtu": 1500, "operstate": "up", "virtual": false,
                "ipaddrs": {"192.0.2.17/24": {}, "2001:DB8:0:0::17/64": {}, "fe80::1/64": {}}}},
             "bonds": []}""";

    @Test
    void makesInterfacesAddressesAndSubnets() {
        Projection made = project(Map.of("netconfig", NETCONFIG), "netconfig");
        assertThat(edges(made))
                .contains(
                        "h HAS_NIC h/eth0",
                        "h/eth0 HAS_ADDRESS h/eth0/192.0.2.17",
                        "h/eth0 HAS_ADDRESS h/eth0/2001:db8::17",
                        "h/eth0/192.0.2.17 IN 192.0.2.0/24",
                        "h/eth0/2001:db8::17 IN 2001:db8::/64")
                .doesNotContain("h/lo/127.0.0.1 IN 127.0.0.0/8", "h/eth0/fe80::1 IN fe80::/64");
        assertThat(node(made, "Nic h/eth0"))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "name", "eth0", "mac", "52:54:00:ab:cd:ef", "mtu", 1500L, "operstate", "up", "virtual", false));
    }

    @Test
    void makesPackagesThatAllHostsShare() {
        String packages = """
                {"deb": {"openssl::amd64": "3.0.11-1~deb12u2", "libc6::amd64": "2.36-9"}, "pip": {"Flask_Login": "0.6.3"},
                 "rpm": {"kernel::x86_64": ["5.14.0-362.el9", "5.14.0-427.el9"], "perl::noarch": "4:5.32.1-481.el9"},
                 "names": ["openssl", "libc6"], "kernel_count": 2}""";
        Projection made = project(Map.of("packages", packages, "os", OS), "packages");
        assertThat(edges(made))
                .containsExactlyInAnyOrder(
                        "h INSTALLED pkg:deb/debian/openssl@3.0.11-1~deb12u2?arch=amd64",
                        "h INSTALLED pkg:deb/debian/libc6@2.36-9?arch=amd64",
                        "h INSTALLED pkg:pypi/flask-login@0.6.3",
                        "h INSTALLED pkg:rpm/debian/kernel@5.14.0-362.el9?arch=x86_64",
                        "h INSTALLED pkg:rpm/debian/kernel@5.14.0-427.el9?arch=x86_64",
                        "h INSTALLED pkg:rpm/debian/perl@5.32.1-481.el9?arch=noarch&epoch=4",
                        "pkg:deb/debian/openssl@3.0.11-1~deb12u2?arch=amd64 OF pkg:deb/debian/openssl",
                        "pkg:deb/debian/libc6@2.36-9?arch=amd64 OF pkg:deb/debian/libc6",
                        "pkg:pypi/flask-login@0.6.3 OF pkg:pypi/flask-login",
                        "pkg:rpm/debian/kernel@5.14.0-362.el9?arch=x86_64 OF pkg:rpm/debian/kernel",
                        "pkg:rpm/debian/kernel@5.14.0-427.el9?arch=x86_64 OF pkg:rpm/debian/kernel",
                        "pkg:rpm/debian/perl@5.32.1-481.el9?arch=noarch&epoch=4 OF pkg:rpm/debian/perl");
        assertThat(node(made, "PackageVersion pkg:deb/debian/libc6@2.36-9?arch=amd64"))
                .containsEntry("name", "libc6")
                .containsEntry("version", "2.36-9")
                .containsEntry("sortKey", SortKey.DEB.of("2.36-9"));
    }

    @Test
    void makesAccountsGroupsAndServices() {
        String users = "{\"accounts\": [{\"name\": \"root\", \"uid\": 0, \"password_state\": \"locked\"}]}";
        String groups = "{\"groups\": {\"adm\": {\"gid\": 4, \"members\": [\"root\", \"ldap-user\"]}}}";
        String services =
                "{\"enabled\": [\"ssh\", \"cron\"], \"active\": [\"ssh\"], \"failed\": [], \"masked\": [\"nfs\"]}";
        var facts = Map.of("users", users, "groups", groups, "services", services);
        Projection made = project(facts, "users", "groups", "services");
        assertThat(edges(made))
                .containsExactlyInAnyOrder(
                        "h HAS_ACCOUNT h/root",
                        "h HAS_GROUP h/adm",
                        "h/root MEMBER_OF h/adm",
                        "h/ldap-user MEMBER_OF h/adm",
                        "h HAS_SERVICE h/ssh",
                        "h HAS_SERVICE h/cron",
                        "h HAS_SERVICE h/nfs");
        assertThat(node(made, "Service h/ssh"))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("name", "ssh", "enabled", true, "active", true, "failed", false, "masked", false));
        assertThat(node(made, "Account h/root")).containsEntry("uid", 0L).containsEntry("passwordState", "locked");
    }

    @Test
    void connectsThoseWhoListenAndThoseWhoConnect() {
        String packages = "{\"deb\": {\"postgresql-15::amd64\": \"15.6-0+deb12u1\"}}";
        String listening = """
                {"sockets": [
                  {"proto": "tcp", "addr": "0.0.0.0", "port": 5432, "exe": "/usr/lib/postgresql/15/bin/postgres", "uid": 106,
                   "unit": "postgresql@15-main.service", "package": "postgresql-15", "proxy": "local/local", "exe_mode": "0755"},
                  {"proto": "tcp", "addr": "127.0.0.1", "port": 6379, "exe": "/redis", "uid": 999, "package": "postgresql-15",
                   "proxy": "docker/0123"}]}""";
        String tcp = """
                {"processes": {"a": {"exe": "/usr/lib/postgresql/15/bin/postgres", "uid": 106, "cmdline": ["postgres", "-D", "/x"],
                  "proxy": "local/local", "clientaddrs": {"x": {"addr": "::ffff:198.51.100.7", "port": 443, "proto": "tcp"}}}}}""";
        var facts = Map.of(
                "os", OS, "packages", packages, "netconfig", NETCONFIG, "listening", listening, "tcpdiscovery", tcp);
        Projection made = project(facts, "listening", "tcpdiscovery");
        String postgres = "h//usr/lib/postgresql/15/bin/postgres/106/";
        assertThat(edges(made))
                .containsExactlyInAnyOrder(
                        "h RUNS " + postgres,
                        "h RUNS h//redis/999/docker/0123",
                        postgres + " EXECUTES h//usr/lib/postgresql/15/bin/postgres",
                        "h//usr/lib/postgresql/15/bin/postgres FROM"
                                + " pkg:deb/debian/postgresql-15@15.6-0%2Bdeb12u1?arch=amd64",
                        postgres + " LISTENS h/tcp/0.0.0.0/5432",
                        postgres + " LISTENS tcp/192.0.2.17/5432",
                        "h//redis/999/docker/0123 LISTENS h/tcp/127.0.0.1/6379",
                        postgres + " CONNECTS tcp/198.51.100.7/443");
        assertThat(made.nodes().keySet()).noneMatch(node -> node.kind().label().equals("PackageVersion"));
        assertThat(node(made, "Process " + postgres))
                .containsEntry("unit", "postgresql@15-main.service")
                .containsEntry("commandLine", List.of("postgres", "-D", "/x"));
    }

    @Test
    void seesWhatOtherTypesChange() {
        String listening =
                "{\"sockets\": [{\"proto\": \"tcp\", \"addr\": \"0.0.0.0\", \"port\": 22, \"exe\": \"/usr/sbin/sshd\","
                        + " \"uid\": 0, \"package\": \"openssh-server\"}]}";
        HostFacts before = facts(Map.of(
                "os", OS, "listening", listening, "packages", "{\"deb\": {\"openssh-server::amd64\": \"1:9.2p1-2\"}}"));
        HostFacts after = facts(Map.of(
                "os", OS, "listening", listening, "packages", "{\"deb\": {\"openssh-server::amd64\": \"1:9.2p1-3\"}}"));
        Difference difference = SHIPPED.difference(before, after, Set.of("packages"));
        assertThat(difference.removedEdges().stream().map(Object::toString))
                .contains("h//usr/sbin/sshd FROM pkg:deb/debian/openssh-server@1:9.2p1-2?arch=amd64");
        assertThat(difference.addedEdges().stream().map(Object::toString))
                .containsExactlyInAnyOrder(
                        "h//usr/sbin/sshd FROM pkg:deb/debian/openssh-server@1:9.2p1-3?arch=amd64",
                        "h INSTALLED pkg:deb/debian/openssh-server@1:9.2p1-3?arch=amd64",
                        "pkg:deb/debian/openssh-server@1:9.2p1-3?arch=amd64 OF pkg:deb/debian/openssh-server");
        assertThat(SHIPPED.concerns("os")).isTrue();
        assertThat(SHIPPED.concerns("proc_sys")).isFalse();
    }

    @Test
    void takesFactsOfAnyFormForWhatTheyAre() {
        for (String data : List.of(
                "{\"interfaces\": []}",
                "{\"interfaces\": {\"\": null, \"a\": 1, \"b\": {\"ipaddrs\": {\"x/y\": 1, \"1.2.3.4/99\": 1}, \"mtu\": 1e99}}}",
                "{\"interfaces\": {\"c\": {\"address\": {}, \"ipaddrs\": [\"1.2.3.4/24\"]}}}")) {
            assertThat(project(Map.of("netconfig", data), "netconfig").nodes()).isNotNull();
        }
        String socket = "{\"sockets\": [{\"proto\": 6, \"addr\": \"" + "9".repeat(1000)
                + "\", \"port\": \"x\", \"exe\": \"/a\", \"uid\": 1.5}]}";
        assertThat(edges(project(Map.of("listening", socket), "listening"))).isEmpty();
        String longName = "n".repeat(20_000);
        Projection made = project(
                Map.of("packages", "{\"deb\": {\"" + longName + "a\": \"1\", \"" + longName + "b\": \"1\"}}"),
                "packages");
        assertThat(made.nodes()).hasSize(4).allSatisfy((node, properties) -> {
            assertThat(node.key().length()).isLessThanOrEqualTo(1_000);
            assertThat(properties.values()).allMatch(value -> value.toString().length() <= 1_000);
        });
    }

    @Test
    void makesNoMoreThanItsBound() {
        ObjectNode names = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < Recipe.MAX_ROUNDS + 100; i++) {
            names.put("p" + i, "1");
        }
        ObjectNode packages = JsonNodeFactory.instance.objectNode();
        packages.set("deb", names);
        assertThat(edges(project(Map.of("packages", packages.toString()), "packages")).stream()
                        .filter(edge -> edge.contains("INSTALLED")))
                .hasSize(Recipe.MAX_ROUNDS);
    }

    @Test
    void refusesDeclarationsThatContradictThemselves() {
        String node = "nodes: [{label: Thing, of: host, key: [name], properties: [{name: name, type: text}]}]\n";
        refused(node + "make: [{for: [\"x in facts.a\"], nodes: {t: {is: Thing, name: y}}}]", "nothing is called y");
        refused(node + "make: [{for: [\"x in facts.a\"], nodes: {t: {is: Other, name: x}}}]", "the label Other");
        refused(node + "make: [{for: [\"x in facts.a\"], nodes: {t: {is: Thing, nam: x}}}]", "no property nam");
        refused(node + "make: [{for: [\"x in host.os\"], nodes: {}}]", "types under reads");
        refused(node + "make: [{for: [\"x in facts.a\"], nodes: {t: {is: Thing, name: f(x)}}}]", "no function f");
        refused(
                node + "make: [{for: [\"x in facts.a\"], nodes: {t: {is: Thing, name: x}}, edges: [host HAS t]}]",
                "the edge Host HAS Thing");
        refused("nodes: [{label: Host, of: host, key: [a], properties: [{name: a, type: text}]}]", "declared twice");
        refused("edges: [{from: Host, type: A, to: Event}]", "must lead from a host");
    }

    private static void refused(String yaml, String message) {
        assertThatThrownBy(() -> {
                    ObjectNode declared = JsonNodeFactory.instance.objectNode();
                    declared.set("odd", YAMLMapper.builder().build().readTree(yaml));
                    Projections.of(declared);
                })
                .isInstanceOf(ProjectionException.class)
                .hasMessageContaining(message);
    }

    private static Projection project(Map<String, String> data, String... of) {
        return SHIPPED.project(facts(data), Set.of(of));
    }

    private static Map<String, Object> node(Projection made, String name) {
        return made.nodes().entrySet().stream()
                .filter(node -> node.getKey().toString().equals(name))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    private static Set<String> edges(Projection made) {
        var edges = new TreeSet<String>();
        made.edges().forEach(edge -> edges.add(edge.toString()));
        return edges;
    }

    private static HostFacts facts(Map<String, String> data) {
        var parsed = new HashMap<InstanceKey, ObjectNode>();
        data.forEach((type, json) -> {
            try {
                parsed.put(InstanceKey.unnamed(type), (ObjectNode)
                        JsonMapper.builder().build().readTree(json));
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException(e);
            }
        });
        return new HostFacts() {
            @Override
            public String host() {
                return "h";
            }

            @Override
            public Set<InstanceKey> instances() {
                return parsed.keySet();
            }

            @Override
            public ObjectNode shown(InstanceKey key) {
                return parsed.getOrDefault(key, JsonNodeFactory.instance.objectNode());
            }
        };
    }
}
