package dev.muster.collector.wishes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.FactsView;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Wish;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class StandingWishesTest {
    private static final String CATALOGUE = """
            {"version": 1, "types": {
              "listening": {},
              "smart": {"enabled": false, "parameters": {"depth": {"type": "int", "min": 1, "max": 9, "default": 3}}},
              "files": {"parameters": {"paths": {"type": "globs", "roots": ["/"], "default": []}}},
              "sums": {"enabled": false,
                "parameters": {"programs": {"type": "globs", "roots": ["/usr", "/srv", "/opt"], "default": []}},
                "triggers": [{"of": "listening", "each": "sockets", "where": {"proxy": "local/local"},
                  "value": "exe", "parameter": "programs", "instances": "one"}]},
              "audit": {"enabled": false,
                "triggers": [{"of": "conf", "each": "log_file", "where": {}, "instances": "one"}]},
              "conf": {},
              "each": {"enabled": false,
                "parameters": {"port": {"type": "int", "min": 1, "max": 65535, "default": 1}},
                "triggers": [{"of": "listening", "each": "ports", "where": {}, "parameter": "port",
                  "instances": "each"}]}}}
            """;

    private final Map<String, ObjectNode> facts = new HashMap<>();
    private final FactsView host = new FactsView() {
        @Override
        public String hostName() {
            return "web1";
        }

        @Override
        public Set<String> roles() {
            return Set.of("web", "db");
        }

        @Override
        public Set<String> labels() {
            return Set.of();
        }

        @Override
        public Optional<Facts> facts(InstanceKey key) {
            return Optional.ofNullable(facts.get(key.type()))
                    .filter(found -> key.instance().isEmpty())
                    .map(data -> new Facts(
                            key,
                            1,
                            FactsStatus.OK,
                            List.of(),
                            List.of(),
                            List.of(),
                            data,
                            Instant.EPOCH,
                            Duration.ZERO,
                            "h"));
        }
    };

    @Test
    void asksForNothingWhereNobodyDoes() {
        assertThat(wishes(SiteSettings.NONE, Map.of())).isEmpty();
    }

    @Test
    void factsStartATypeAndEndIt() {
        listening("{\"sockets\": [{\"exe\": \"/usr/sbin/sshd\", \"proxy\": \"local/local\"},"
                + "{\"exe\": \"/app/in/container\", \"proxy\": \"docker/1\"},"
                + "{\"exe\": \"/usr/sbin/nginx\", \"proxy\": \"local/local\"}, {\"proxy\": \"local/local\"}]}");
        assertThat(wishes(SiteSettings.NONE, Map.of()))
                .containsExactly(on("sums", "", Map.of("programs", "/usr/sbin/nginx\n/usr/sbin/sshd")));
        listening("{\"sockets\": []}");
        assertThat(wishes(SiteSettings.NONE, Map.of())).isEmpty();
    }

    @Test
    void aTypeMayBeStartedByWhatIsThere() {
        facts.put("conf", json("{\"log_file\": \"/var/log/audit/audit.log\"}"));
        assertThat(wishes(SiteSettings.NONE, Map.of())).containsExactly(on("audit", "", Map.of()));
    }

    @Test
    void factsMayStartAnInstanceForEachValue() {
        listening("{\"ports\": [\"443\", \"25\"]}");
        assertThat(wishes(SiteSettings.NONE, Map.of()))
                .containsExactly(on("each", "25", Map.of("port", "25")), on("each", "443", Map.of("port", "443")));
    }

    @Test
    void hostileValuesAreLeftOut() {
        String long_ = "/" + "x".repeat(2_000);
        listening(("{\"sockets\": [{\"exe\": \"/a\\n/etc/shadow\", \"proxy\": \"local/local\"},"
                        + "{\"exe\": \"/b\\u202e\", \"proxy\": \"local/local\"}, {\"exe\": 7, \"proxy\": \"local/local\"},"
                        + "{\"exe\": \"LONG\", \"proxy\": \"local/local\"}, 7, null, [[]]]}")
                .replace("LONG", long_));
        assertThat(wishes(SiteSettings.NONE, Map.of())).isEmpty();
    }

    @Test
    void valuesThatTheAgentWouldRefuseAreLeftOut() {
        for (String exe : List.of(
                "/proc/1/exe", "/usr/../etc/x", "/usr//x", "/usr/*", "/data/x", "usr/x", "/usr/a/.", "/user/x")) {
            listening("{\"sockets\": [{\"exe\": \"" + exe + "\", \"proxy\": \"local/local\"}]}");
            assertThat(wishes(SiteSettings.NONE, Map.of())).as(exe).isEmpty();
        }
        listening("{\"ports\": [\"443\", \"70000\", \"x\"]}");
        assertThat(wishes(SiteSettings.NONE, Map.of())).hasSize(1);
    }

    @Test
    void takesNoMoreThanAnAgentDoes() {
        String sockets = IntStream.range(0, 3_000)
                .mapToObj(i -> "{\"exe\": \"/srv/" + "p".repeat(100) + i + "\", \"proxy\": \"local/local\"}")
                .collect(Collectors.joining(","));
        listening("{\"sockets\": [" + sockets + "]}");
        String programs = Objects.requireNonNull(
                wishes(SiteSettings.NONE, Map.of()).getFirst().parameters().get("programs"));
        assertThat(programs.lines().count()).isBetween(100L, 1_000L);
        assertThat(programs.length()).isLessThan(64 << 10);
    }

    @Test
    void listsOfPathsAddUp() {
        listening("{\"sockets\": [{\"exe\": \"/usr/sbin/sshd\", \"proxy\": \"local/local\"}]}");
        var settings = new SiteSettings(
                Map.of("sums", parameters("programs", "/opt/app"), "files", parameters("paths", "/srv")),
                Map.of(),
                Map.of());
        assertThat(wishes(settings, Map.of("paths", List.of("/etc/b", "/etc/a"))))
                .containsExactly(
                        on("files", "", Map.of("paths", "/srv\n/etc/a\n/etc/b")),
                        on("sums", "", Map.of("programs", "/opt/app\n/usr/sbin/sshd")));
    }

    @Test
    void theHostGoesBeforeItsRolesAndTheseBeforeTheSite() {
        var settings = new SiteSettings(
                Map.of(
                        "smart",
                        new TypeSettings(
                                Optional.of(Wish.Run.ON),
                                Optional.of(Duration.ofHours(1)),
                                new TreeMap<>(Map.of("depth", "1")))),
                Map.of(
                        "db",
                        Map.of("smart", parameters("depth", "2")),
                        "web",
                        Map.of("smart", parameters("depth", "3"))),
                Map.of(
                        "web1",
                        Map.of(
                                "smart",
                                new TypeSettings(Optional.empty(), Optional.of(Duration.ofHours(2)), new TreeMap<>())),
                        "other",
                        Map.of("smart", parameters("depth", "9"))));
        assertThat(wishes(settings, Map.of()))
                .containsExactly(new Wish(
                        "smart",
                        "",
                        Wish.Run.ON,
                        Optional.of(Duration.ofHours(2)),
                        new TreeMap<>(Map.of("depth", "3"))));
    }

    @Test
    void aParameterAloneDoesNotSwitchATypeOn() {
        var settings = new SiteSettings(Map.of("smart", parameters("depth", "2")), Map.of(), Map.of());
        assertThat(wishes(settings, Map.of())).isEmpty();
    }

    @Test
    void whatTheAdministratorSwitchesOffIsOff() {
        listening("{\"sockets\": [{\"exe\": \"/usr/sbin/sshd\", \"proxy\": \"local/local\"}], \"ports\": [\"1\"]}");
        var off = new TypeSettings(Optional.of(Wish.Run.OFF), Optional.empty(), new TreeMap<>());
        var settings = new SiteSettings(Map.of(), Map.of("web", Map.of("sums", off, "each", off)), Map.of());
        assertThat(wishes(settings, Map.of()))
                .extracting(Wish::type, Wish::run)
                .containsExactly(tuple("each", Wish.Run.OFF), tuple("sums", Wish.Run.OFF));
    }

    @Test
    void knowsWhichFactsMayChangeTheAnswer() {
        var wishes = new StandingWishes(declarations(), SiteSettings.NONE, Map.of());
        assertThat(wishes.followFrom("listening")).isTrue();
        assertThat(wishes.followFrom("sums")).isFalse();
    }

    @Test
    void theShippedTypesAreStartedByTypesThatAreThere() {
        Declarations shipped = Declarations.shipped();
        assertThat(shipped.types().values())
                .flatExtracting(Declarations.Type::triggers)
                .isNotEmpty()
                .allMatch(trigger -> shipped.knows(trigger.of()));
    }

    private List<Wish> wishes(SiteSettings settings, Map<String, Collection<String>> files) {
        SortedMap<String, Collection<String>> lists = new TreeMap<>(files);
        return new StandingWishes(declarations(), settings, files.isEmpty() ? Map.of() : Map.of("files", lists))
                .of(host);
    }

    private static Declarations declarations() {
        return Declarations.of(json(CATALOGUE));
    }

    private void listening(String data) {
        facts.put("listening", json(data));
    }

    private static TypeSettings parameters(String name, String value) {
        return new TypeSettings(Optional.empty(), Optional.empty(), new TreeMap<>(Map.of(name, value)));
    }

    private static Wish on(String type, String instance, Map<String, String> parameters) {
        return new Wish(type, instance, Wish.Run.ON, Optional.empty(), new TreeMap<>(parameters));
    }

    private static ObjectNode json(String text) {
        try {
            JsonNode node = JsonMapper.builder().build().readTree(text);
            return (ObjectNode) node;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
