package dev.muster.collector.apply;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.graph.GraphReads.Alteration;
import dev.muster.collector.graph.GraphReads.ChangeFilter;
import dev.muster.collector.graph.GraphReads.HostChange;
import dev.muster.collector.graph.GraphReads.StoredFacts;
import dev.muster.collector.graph.Retention;
import dev.muster.collector.graph.TestGraph;
import dev.muster.collector.graph.projection.Projections;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.InstanceKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random facts of several hosts, in batches and with restarts, against a model that computes the whole graph anew from all facts and remembers
 * every one of them.
 */
@ResourceLock(TestGraph.LOCK)
final class ShownGraphTest {
    private static final int ROUNDS = 30;

    private static final String NODES = """
            MATCH (n) WHERE NOT n:Meta AND NOT n:Host AND n.since IS NOT NULL AND (n.key IS NOT NULL OR n.purl IS NOT NULL
                OR n.cidr IS NOT NULL) AND NOT n:Facts
            RETURN labels(n)[0] + ' ' + coalesce(n.key, n.purl, n.cidr)
                + CASE labels(n)[0] WHEN 'Nic' THEN ' mtu=' + n.mtu WHEN 'Account' THEN ' uid=' + coalesce(n.uid, '')
                    WHEN 'Service' THEN ' active=' + n.active ELSE '' END""";
    private static final String EDGES = """
            MATCH (a)-[r]->(b) WHERE r.since IS NOT NULL AND NOT a:Agent
            RETURN coalesce(a.id, a.key, a.purl, a.cidr) + ' ' + type(r) + ' ' + coalesce(b.key, b.purl, b.cidr)
                + CASE WHEN r.until IS NULL THEN '' ELSE ' ended' END""";

    /** One instance's facts from a moment on. */
    private record Step(Instant at, FactsStatus status, List<String> truncated, ObjectNode data) {
        /** Each value on a line with the way to it. */
        List<String> lines() {
            List<String> lines = new ArrayList<>(List.of("/status " + status.word()));
            truncated.forEach(name -> lines.add("/truncated " + name));
            flatten("/data", data, lines);
            return lines;
        }

        private static void flatten(String path, JsonNode value, List<String> lines) {
            if (value.isObject()) {
                value.properties()
                        .forEach(member ->
                                flatten(path + "/" + member.getKey().replace("/", "~1"), member.getValue(), lines));
            } else if (value.isArray()) {
                value.forEach(element -> lines.add(path + " " + text(element)));
            } else {
                lines.add(path + " " + text(value));
            }
        }
    }

    private static String text(JsonNode value) {
        return value.isTextual() ? value.textValue() : value.toString();
    }

    /** All that the model knows of one host. */
    private static final class HostModel {
        private final HostId id;
        private final int number;
        private final Map<String, ObjectNode> shown = new HashMap<>();
        private final Map<String, List<Step>> steps = new TreeMap<>();
        private final Map<String, Instant> ended = new TreeMap<>();
        private long seq;

        private HostModel(HostId id, int number) {
            this.id = id;
            this.number = number;
        }

        void take(Facts facts, Instant at) {
            String type = facts.key().type();
            List<Step> before = steps.computeIfAbsent(type, none -> new ArrayList<>());
            boolean learned = facts.status().replacesData();
            ObjectNode last = before.isEmpty()
                    ? JsonNodeFactory.instance.objectNode()
                    : before.getLast().data();
            var step = new Step(at, facts.status(), facts.truncated(), learned ? facts.data() : last);
            if (before.isEmpty()
                    || !before.getLast().truncated().equals(step.truncated())
                    || !before.getLast().status().equals(step.status())
                    || !before.getLast().data().equals(step.data())) {
                before.add(step);
            }
            if (learned) {
                show(type, facts, at);
            }
        }

        private void show(String type, Facts facts, Instant at) {
            Set<String> before = ShownFacts.connections(id.toString(), shown);
            ObjectNode old = shown.getOrDefault(type, JsonNodeFactory.instance.objectNode());
            ObjectNode now = facts.data().deepCopy();
            facts.truncated().stream().filter(old::has).forEach(cut -> now.set(cut, old.get(cut)));
            shown.put(type, now);
            Set<String> after = ShownFacts.connections(id.toString(), shown);
            before.removeAll(after);
            before.forEach(connection -> ended.put(connection, at));
            after.forEach(ended::remove);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13, 14})
    void showsWhatAllFactsTogetherBecome(long seed) {
        var random = new Random(seed);
        try (Rig rig = new Rig()) {
            List<HostModel> hosts = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                hosts.add(new HostModel(rig.enrolled("web-" + i), i));
            }
            for (int round = 0; round < ROUNDS; round++) {
                rig.advance(Duration.ofMinutes(1 + random.nextInt(60)));
                List<CompletableFuture<?>> taken = new ArrayList<>();
                Set<HostModel> connecting = new HashSet<>();
                for (int i = 1 + random.nextInt(6); i > 0; i--) {
                    HostModel host = hosts.get(random.nextInt(hosts.size()));
                    Facts facts = facts(host, random);
                    // What begins and ends within one commit was never shown, and how many commits a round has is a
                    // matter of speed.
                    if (facts.key().type().equals("tcpdiscovery") && !connecting.add(host)) {
                        continue;
                    }
                    taken.add(rig.offer(Rig.facts(host.id, ++host.seq, facts)));
                    host.take(facts, rig.now);
                }
                taken.forEach(Rig::join);
                if (random.nextInt(10) == 0) {
                    rig.restart(new TestJudge("rules-1", 4));
                }
                if (random.nextInt(5) == 0) {
                    dropEnded(rig, hosts);
                }
                assertGraphIs(rig, hosts);
            }
            hosts.forEach(host -> assertHistoryIs(rig, host));
        }
    }

    @Test
    void showsEverythingAnewWhereWhatFactsBecomeWasDeclaredOtherwise() {
        var random = new Random(5);
        try (Rig rig = new Rig()) {
            List<HostModel> hosts = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                var host = new HostModel(rig.enrolled("web-" + i), i);
                hosts.add(host);
                for (String type : ShownFacts.TYPES) {
                    Facts facts = Rig.facts(type, FactsStatus.OK, List.of(), ShownFacts.random(type, i, random));
                    rig.await(Rig.facts(host.id, ++host.seq, facts));
                    host.take(facts, rig.now);
                }
            }
            rig.test.run("MATCH (h:Host) SET h.projectedBy = 'an older program'", Map.of());
            rig.test.run("MATCH (m:Meta) SET m.projectedLabels = ['Nic', 'Widget']", Map.of());
            rig.test.run("CREATE (:Widget {since: datetime(), key: 'what no program knows any more'})", Map.of());
            rig.test.run("MATCH (n:Package|Address) DETACH DELETE n", Map.of());
            rig.restart(new TestJudge("rules-1", 4));
            rig.await(new Input.LastApplied(hosts.getFirst().id, Rig.SPOOL, 1));
            assertGraphIs(rig, hosts);
        }
    }

    @Test
    void showsNothingOfARetiredHost() {
        var random = new Random(9);
        try (Rig rig = new Rig()) {
            List<HostModel> hosts = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                var host = new HostModel(rig.enrolled("web-" + i), i);
                hosts.add(host);
                for (String type : List.of("os", "netconfig", "packages", "users", "listening")) {
                    Facts facts = Rig.facts(type, FactsStatus.OK, List.of(), ShownFacts.random(type, i, random));
                    rig.await(Rig.facts(host.id, ++host.seq, facts));
                    host.take(facts, rig.now);
                }
            }
            rig.await(new Input.Retire(hosts.getFirst().id));
            assertGraphIs(rig, hosts.subList(1, 2));
            rig.restart(new TestJudge("rules-1", 4));
            assertGraphIs(rig, hosts.subList(1, 2));
        }
    }

    @Test
    void showsAllThatOneReportMayMakeInOneCommit() {
        try (Rig rig = new Rig()) {
            HostId host = rig.enrolled("web-1");
            ObjectNode data = JsonNodeFactory.instance.objectNode();
            ObjectNode deb = data.putObject("deb");
            for (int i = 0; i < 5_000; i++) {
                deb.put("a-package-of-some-length-" + i + "::amd64", "1." + i + "-1~deb12u1");
            }
            rig.await(Rig.facts(host, 1, Rig.facts("packages", FactsStatus.OK, List.of(), data)));
            assertThat(rig.reads().deadLetters(1)).isEmpty();
            String count = "MATCH (:Host)-[:INSTALLED]->(p) RETURN toString(count(p))";
            assertThat(rig.test.run(count, Map.of())).containsExactly("4000");
            String older = """
                    MATCH (p:PackageVersion) WHERE p.sortKey < $key RETURN p.version ORDER BY p.sortKey""";
            Map<String, Object> key =
                    Map.of("key", Projections.sortKey("deb", "1.10").orElseThrow());
            assertThat(rig.test.run(older, key))
                    .hasSize(10)
                    .startsWith("1.0-1~deb12u1")
                    .endsWith("1.9-1~deb12u1");
        }
    }

    /** Retention at random moments: what ended a day ago goes, and nothing else. */
    private static void dropEnded(Rig rig, List<HostModel> hosts) {
        rig.graph().retention(Retention.Periods.DEFAULT).run(rig.now);
        Instant day = rig.now.minus(Duration.ofHours(24));
        hosts.forEach(host -> host.ended.values().removeIf(at -> at.isBefore(day)));
    }

    private static Facts facts(HostModel host, Random random) {
        String type = ShownFacts.TYPES.get(random.nextInt(ShownFacts.TYPES.size()));
        ObjectNode none = JsonNodeFactory.instance.objectNode();
        return switch (random.nextInt(12)) {
            case 0 -> Rig.facts(type, FactsStatus.ABSENT, List.of(), none);
            case 1 -> Rig.facts(type, FactsStatus.ERROR, List.of(), none);
            case 2 -> {
                ObjectNode data = ShownFacts.random(type, host.number, random);
                List<String> cut = new ArrayList<>();
                data.fieldNames().forEachRemaining(name -> cut.add(name));
                yield Rig.facts(type, FactsStatus.PARTIAL, cut.subList(0, Math.min(1, cut.size())), data);
            }
            default -> Rig.facts(type, FactsStatus.OK, List.of(), ShownFacts.random(type, host.number, random));
        };
    }

    private static void assertGraphIs(Rig rig, List<HostModel> hosts) {
        var expected = new TreeSet<String>();
        for (HostModel host : hosts) {
            expected.addAll(ShownFacts.lines(host.id.toString(), host.shown));
            host.ended.keySet().forEach(connection -> {
                expected.add(connection + " ended");
                expected.add("Process " + connection.substring(0, connection.indexOf(" CONNECTS ")));
                expected.add("Endpoint " + connection.substring(connection.indexOf(" CONNECTS ") + 10));
            });
        }
        List<String> shown = new ArrayList<>(rig.test.run(NODES, Map.of()));
        shown.addAll(rig.test.run(EDGES, Map.of()));
        assertThat(shown).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static void assertHistoryIs(Rig rig, HostModel host) {
        host.steps.forEach((type, steps) -> {
            InstanceKey key = InstanceKey.unnamed(type);
            Map<Instant, Step> lastOfRound = new TreeMap<>();
            steps.forEach(step -> lastOfRound.put(step.at(), step));
            lastOfRound.forEach((at, step) -> {
                Optional<StoredFacts> then = rig.reads().factsAsOf(host.id, key, at.plusSeconds(30));
                assertThat(then.map(stored -> stored.facts().status())).contains(step.status());
                assertThat(then.map(stored -> stored.facts().data().toString()))
                        .contains(step.data().toString());
            });
            Instant first = steps.getFirst().at();
            assertThat(rig.reads().factsAsOf(host.id, key, first.minusSeconds(1)))
                    .isEmpty();
            assertChangesAre(rig, host, type, steps);
        });
    }

    private static void assertChangesAre(Rig rig, HostModel host, String type, List<Step> steps) {
        var filter = new ChangeFilter(Optional.of(host.id), Optional.of(type), Rig.START, 1_000);
        List<HostChange> changes = rig.reads().changes(filter);
        assertThat(changes).hasSize(steps.size() - 1);
        for (int i = 1; i < steps.size(); i++) {
            HostChange change = changes.get(changes.size() - i);
            assertThat(change.seq()).isEqualTo(i);
            List<String> came = new ArrayList<>(steps.get(i).lines());
            List<String> went = new ArrayList<>(steps.get(i - 1).lines());
            steps.get(i - 1).lines().forEach(came::remove);
            steps.get(i).lines().forEach(went::remove);
            List<String> after = new ArrayList<>();
            List<String> before = new ArrayList<>();
            for (Alteration alteration : change.alterations()) {
                boolean element = isList(steps.get(i), alteration) && isList(steps.get(i - 1), alteration);
                alteration.after().ifPresent(value -> flattened(alteration.path(), value, element, after));
                alteration.before().ifPresent(value -> flattened(alteration.path(), value, element, before));
            }
            assertThat(after).containsExactlyInAnyOrderElementsOf(came);
            assertThat(before).containsExactlyInAnyOrderElementsOf(went);
        }
    }

    private static boolean isList(Step step, Alteration alteration) {
        return !alteration.path().startsWith("/data")
                || step.data().at(alteration.path().substring("/data".length())).isArray();
    }

    private static void flattened(String path, JsonNode value, boolean element, List<String> lines) {
        if (element) {
            lines.add(path + " " + text(value));
        } else {
            Step.flatten(path, value, lines);
        }
    }
}
