package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares netconfig with iproute2 on the machine that runs the tests. */
final class NetconfigLiveTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** What discovery.yaml says is left out. */
    private static final Pattern LEFT_OUT = Pattern.compile("(veth|cali).*");

    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource
    void saysWhatIpSays(Shell shell) throws Exception {
        var gateways = gateways();
        var expected = new TreeMap<String, String>();
        for (JsonNode nic : ip("addr", "show")) {
            String name = nic.path("ifname").asText();
            if (!LEFT_OUT.matcher(name).matches()) {
                expected.put(
                        name,
                        line(
                                nic.path("address").asText(),
                                nic.path("mtu").asText(),
                                nic.path("operstate").asText().toLowerCase(Locale.ROOT),
                                addresses(nic),
                                gateways.getOrDefault(name, Set.of())));
            }
        }

        var facts = new TreeMap<String, String>();
        for (var nic :
                Live.facts("netconfig", shell, scratch).path("interfaces").properties()) {
            JsonNode value = nic.getValue();
            var addresses = new TreeSet<String>();
            value.path("ipaddrs")
                    .properties()
                    .forEach(address -> addresses.add(address.getKey() + " "
                            + address.getValue().path("scope").asText()));
            var through = new TreeSet<String>();
            value.path("default_gw").forEach(gateway -> through.add(gateway.asText()));
            facts.put(
                    nic.getKey(),
                    line(
                            value.path("address").asText(),
                            value.path("mtu").asText(),
                            value.path("operstate").asText(),
                            addresses,
                            through));
        }
        assertThat(facts).containsKey("lo").isEqualTo(expected);
    }

    private static String line(String address, String mtu, String state, Set<String> addresses, Set<String> gateways) {
        return String.join(" | ", address, mtu, state, addresses.toString(), gateways.toString());
    }

    /** Temporary ones change daily, tentative ones are not in use yet. */
    private static Set<String> addresses(JsonNode nic) {
        var addresses = new TreeSet<String>();
        for (JsonNode address : nic.path("addr_info")) {
            if (!address.path("temporary").asBoolean()
                    && !address.path("tentative").asBoolean()) {
                addresses.add(address.path("local").asText() + "/"
                        + address.path("prefixlen").asText() + " "
                        + address.path("scope").asText());
            }
        }
        return addresses;
    }

    private Map<String, Set<String>> gateways() throws Exception {
        var gateways = new TreeMap<String, Set<String>>();
        for (String family : List.of("-4", "-6")) {
            for (JsonNode route : ip(family, "route", "show", "default")) {
                if (route.has("gateway")) {
                    gateways.computeIfAbsent(route.path("dev").asText(), _ -> new TreeSet<>())
                            .add(route.path("gateway").asText());
                }
            }
        }
        return gateways;
    }

    private JsonNode ip(String... question) throws Exception {
        var command = new ArrayList<>(List.of(Shell.require("ip"), "-j"));
        command.addAll(List.of(question));
        String answer = Shell.runTool(scratch, command.toArray(String[]::new)).text();
        return JSON.readTree(answer.isBlank() ? "[]" : answer);
    }
}
