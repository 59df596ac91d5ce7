package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares routes and arpcache with the JSON of iproute2, in a network of their own. */
final class RoutesLiveTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final String NICS = String.join(
            "; ",
            "ip link add eth0 type veth peer name p0 && ip link set p0 up && ip link set eth0 up",
            "ip link add eth1 type veth peer name p1 && ip link set p1 up && ip link set eth1 up",
            "ip addr add 192.0.2.2/24 dev eth0",
            "ip addr add 198.51.100.2/24 dev eth1",
            "ip -6 addr add 2001:db8::2/64 dev eth0 nodad",
            "ip -6 addr add 2001:db8:1::2/64 dev eth1 nodad");

    private static final String ROUTES = String.join(
            "; ",
            NICS,
            "ip route add default via 192.0.2.1 dev eth0 metric 100",
            "ip route add default via 198.51.100.1 dev eth1 table 100",
            "ip route add 10.0.0.0/8 nexthop via 192.0.2.254 weight 1 nexthop via 198.51.100.254 weight 2",
            "ip route add blackhole 203.0.113.0/24",
            "ip route add unreachable 240.0.0.0/4 metric 5",
            "ip route add 172.16.0.0/12 via 192.0.2.9 mtu 1400 src 192.0.2.2",
            "ip route add 172.31.0.1 dev eth1 scope link",
            "ip -6 route add default via 2001:db8::1 dev eth0 expires 900",
            "ip -6 route add blackhole 2001:db8:dead::/48",
            "ip -6 route add 2001:db8:3::/48 nexthop via 2001:db8::5 dev eth0 nexthop via 2001:db8:1::5 dev eth1",
            "ip rule add from 198.51.100.0/24 lookup 100 priority 1000",
            "ip -6 rule add to 2001:db8:1::/64 blackhole priority 999");

    private static final String NEIGHBOURS = String.join(
            "; ",
            NICS,
            "ip neigh add 192.0.2.1 lladdr 52:54:00:00:00:01 dev eth0 nud reachable",
            "ip neigh add 192.0.2.254 lladdr 52:54:00:00:00:01 dev eth0 nud stale",
            "ip neigh add 192.0.2.9 dev eth0 nud failed",
            "ip -6 neigh add fe80::1 lladdr 52:54:00:00:00:01 dev eth0 router nud permanent",
            "ip -6 neigh add fe80::1 lladdr 52:54:00:00:00:02 dev eth1 nud permanent",
            "ip route add default via 192.0.2.1",
            "ip route add default via 192.0.2.254 metric 9");

    @TempDir
    Path scratch;

    @BeforeEach
    void aNetworkOfItsOwnIsAllowed() throws Exception {
        new OwnNetwork(scratch).requireThat("ip link add eth0 type veth peer name p0");
    }

    /** Not under busybox, whose ash takes its own ip: it does not say where a route with several ways leads. */
    @Test
    void saysWhatIpSaysOfRoutes() throws Exception {
        var expected = new ArrayList<String>();
        var rules = new ArrayList<String>();
        for (String family : List.of("4", "6")) {
            for (JsonNode route : ip(ROUTES, "-" + family + " route show table all")) {
                if (!route.path("table").asText().equals("local")) {
                    List<JsonNode> hops = route.has("nexthops")
                            ? route.path("nexthops").valueStream().toList()
                            : List.of(route);
                    hops.forEach(hop -> expected.add(line(
                            family,
                            route,
                            hop.path("gateway").asText(),
                            hop.path("dev").asText())));
                }
            }
            for (JsonNode rule : ip(ROUTES, "-" + family + " rule show")) {
                rules.add(family + " " + rule.path("priority").asText());
            }
        }

        JsonNode facts = new OwnNetwork(scratch).facts("routes", Shell.DASH, ROUTES);

        assertThat(facts.path("routes")
                        .valueStream()
                        .map(route -> line(
                                route.path("family").asText(),
                                route,
                                route.path("via").asText(),
                                route.path("dev").asText())))
                .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(facts.path("rules")
                        .valueStream()
                        .map(rule -> rule.path("family").asText() + " "
                                + rule.path("priority").asText()))
                .containsExactlyElementsOf(rules);
        assertThat(facts.path("default").valueStream().map(JsonNode::asText))
                .containsExactly("192.0.2.1", "198.51.100.1", "2001:db8::1");
    }

    @ParameterizedTest
    @EnumSource
    void saysWhatIpSaysOfNeighbours(Shell shell) throws Exception {
        Map<String, String> expected = new TreeMap<>();
        for (JsonNode neighbour : ip(NEIGHBOURS, "neigh show")) {
            String address = neighbour.path("dst").asText();
            String nic = neighbour.path("dev").asText();
            if (neighbour.has("lladdr")
                    && Set.of("REACHABLE", "STALE", "PERMANENT")
                            .contains(neighbour.path("state").path(0).asText())) {
                expected.put(
                        address.startsWith("fe80:") ? address + "%" + nic : address,
                        neighbour.path("lladdr").asText() + " " + nic);
            }
        }

        Map<String, String> found = new TreeMap<>();
        JsonNode facts = new OwnNetwork(scratch).facts("arpcache", shell, NEIGHBOURS);
        facts.properties().stream()
                .filter(fact -> fact.getValue().isObject())
                .forEach(fact -> found.put(
                        fact.getKey(),
                        fact.getValue().path("mac").asText() + " "
                                + fact.getValue().path("nic").asText()));

        assertThat(found).hasSizeGreaterThan(3).isEqualTo(expected);
        assertThat(facts.path("gateway_conflicts").path(0).asText())
                .isEqualTo("52:54:00:00:00:01 192.0.2.1 192.0.2.254");
    }

    private static String line(String family, JsonNode route, String gateway, String nic) {
        return String.join(
                " | ",
                family,
                route.path("dst").asText(),
                gateway,
                nic,
                route.path("metric").asText(),
                route.path("table").asText("main"),
                route.path("type").asText("unicast"));
    }

    private JsonNode ip(String load, String question) throws Exception {
        String answer = new OwnNetwork(scratch).run(load, "ip -j " + question).text();
        return JSON.readTree(answer);
    }
}
