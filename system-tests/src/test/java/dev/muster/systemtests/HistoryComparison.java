package dev.muster.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Holds what a collector says of a host's past against what the test knows of it. */
final class HistoryComparison {
    private final Api api;
    private final Cli cli;
    private long due;
    private int changesSeen;
    private int transitionsSeen;
    private int moments;

    HistoryComparison(CollectorProcess collector) {
        api = collector.api();
        cli = new Cli(collector.home());
    }

    String counts() {
        return "%d states due, %d changes in the history, %d transitions, %d moments asked for"
                .formatted(due, changesSeen, transitionsSeen, moments);
    }

    void compare(WatchedHost host) {
        JsonNode said = cli.json("changes", host.name(), "--since", "1h", "--limit", "1000");
        assertThat(said.path("more").asBoolean()).isFalse();
        Set<String> first = new TreeSet<>();
        List<String> transitions = new ArrayList<>();
        for (String type : HostTree.TYPES) {
            List<JsonNode> changes = said.path("changes")
                    .valueStream()
                    .filter(change -> change.path("type").asText().equals(type))
                    .toList()
                    .reversed();
            List<JsonNode> history = history(host, type, changes);
            compareStates(host, type, history);
            compareMarks(host, type, changes, history);
            first.addAll(TestedRules.failing(type, history.getFirst()));
            transitions.addAll(transitionsDue(type, changes, history));
            changesSeen += changes.size();
        }
        compareFindings(host, first, transitions);
        transitionsSeen += transitions.size();
    }

    private void compareStates(WatchedHost host, String type, List<JsonNode> history) {
        List<AgentProcess.Commit> commits = host.agent().commits();
        Timeline timeline = host.timeline(type);
        assertThat(timeline.explains(history, commits))
                .as("%s of %s:%s%nhistory%s", type, host.name(), timeline.told(commits), told(history))
                .isTrue();
        due += timeline.mustBeSeen(commits);
    }

    /** The facts before the first change and after each; that each change is what lies between two of them, and nothing is between. */
    private List<JsonNode> history(WatchedHost host, String type, List<JsonNode> changes) {
        List<JsonNode> history = new ArrayList<>();
        for (JsonNode change : changes) {
            Instant at = Instant.parse(change.path("at").asText());
            JsonNode before = facts(host, type, "?as-of=" + at.minusMillis(1));
            JsonNode after = facts(host, type, "?as-of=" + at);
            if (history.isEmpty()) {
                history.add(before);
            }
            String where = "change " + change + " of " + host.name();
            assertThat(change.path("seq").asInt()).as(where).isEqualTo(history.size());
            assertThat(Differences.between(history.getLast(), before)).as(where).isEmpty();
            assertThat(change.path("changed").valueStream())
                    .as(where)
                    .isNotEmpty()
                    .containsExactlyInAnyOrderElementsOf(Differences.between(before, after));
            if (after.path("status").asText().equals("unsupported")) {
                assertThat(after.path("data")).as(where).isEqualTo(before.path("data"));
            }
            history.add(after);
        }
        JsonNode now = facts(host, type, "");
        if (history.isEmpty()) {
            history.add(now);
        }
        assertThat(Differences.between(history.getLast(), now)).isEmpty();
        return history;
    }

    private void compareMarks(WatchedHost host, String type, List<JsonNode> changes, List<JsonNode> history) {
        for (Timeline.Mark mark : host.timeline(type).marks()) {
            JsonNode then = facts(host, type, "?as-of=" + mark.at());
            assertThat(mark.state().isOf(then))
                    .as("%s of %s as of %s: %s, not %s", type, host.name(), mark.at(), mark.state(), then)
                    .isTrue();
            int before = (int) changes.stream()
                    .filter(change -> !Instant.parse(change.path("at").asText()).isAfter(mark.at()))
                    .count();
            assertThat(Differences.between(history.get(before), then)).isEmpty();
        }
    }

    private static List<String> transitionsDue(String type, List<JsonNode> changes, List<JsonNode> history) {
        List<String> due = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            String at = changes.get(i).path("at").asText();
            Set<String> before = TestedRules.failing(type, history.get(i));
            Set<String> after = TestedRules.failing(type, history.get(i + 1));
            Stream.concat(before.stream(), after.stream())
                    .filter(rule -> before.contains(rule) != after.contains(rule))
                    .forEach(rule ->
                            due.add(at + (after.contains(rule) ? " finding-opened " : " finding-cleared ") + rule));
        }
        return due;
    }

    private void compareFindings(WatchedHost host, Set<String> first, List<String> transitionsDue) {
        Set<String> reported = events(host, "first-report")
                .flatMap(event -> event.path("detail").path("findings").valueStream())
                .map(HistoryComparison::rule)
                .filter(TestedRules::knows)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(reported).as(host.name()).isEqualTo(first);
        List<String> transitions = events(host, "finding-opened", "finding-cleared")
                .filter(event -> TestedRules.knows(rule(event.path("detail"))))
                .map(event -> event.path("at").asText() + " "
                        + event.path("type").asText() + " " + rule(event.path("detail")))
                .toList();
        assertThat(transitions).as(host.name()).containsExactlyInAnyOrderElementsOf(transitionsDue);
        for (WatchedHost.OpenMark mark : host.openMarks()) {
            assertThat(open(host, "&as-of=" + mark.at()))
                    .as("open on %s as of %s", host.name(), mark.at())
                    .isEqualTo(mark.rules());
        }
        assertThat(open(host, "")).isEqualTo(host.openMarks().getLast().rules());
    }

    private Set<String> open(WatchedHost host, String asOf) {
        moments++;
        return api.get("findings?host=" + host.name() + asOf)
                .path("findings")
                .valueStream()
                .map(HistoryComparison::rule)
                .filter(TestedRules::knows)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String rule(JsonNode finding) {
        return finding.path("rule").path("id").asText();
    }

    private static String told(List<JsonNode> history) {
        return history.stream()
                .map(facts -> "\n  " + facts.path("status").asText() + " " + facts.path("data"))
                .collect(Collectors.joining());
    }

    private JsonNode facts(WatchedHost host, String type, String asOf) {
        moments++;
        return api.get("hosts/" + host.name() + "/facts/" + type + asOf);
    }

    private Stream<JsonNode> events(WatchedHost host, String... types) {
        return api.get("events?limit=5000")
                .path("events")
                .valueStream()
                .filter(event -> event.path("host_name").asText().equals(host.name()))
                .filter(event -> Set.of(types).contains(event.path("type").asText()));
    }
}
