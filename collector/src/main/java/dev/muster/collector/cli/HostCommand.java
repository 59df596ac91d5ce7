package dev.muster.collector.cli;

import static dev.muster.collector.cli.Table.Column.left;
import static dev.muster.collector.cli.Table.Column.right;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "host", description = "Shows one host: who it is, what it reports, what the rules say of it.")
final class HostCommand implements Runnable {
    private final Session session;

    @Parameters(paramLabel = "NAME", description = "Name or id of the host.")
    private String name = "";

    HostCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        session.show("/hosts/" + ApiClient.segment(name), Map.of(), this::layOut);
    }

    private void layOut(Answer answer) {
        JsonNode host = answer.json();
        Screen screen = session.screen();
        Fields fields = new Fields();
        fields.add("host", host.path("name").asText());
        fields.add("id", host.path("id").asText());
        fields.add("status", host.path("status").asText() + ", since " + when(host.path("since"), answer));
        fields.add("seen", when(host.path("seen"), answer));
        fields.add("verified", verified(host, answer));
        fields.add("names", list(host.path("names")));
        fields.add("addresses", list(host.path("addresses")));
        fields.add("roles", list(host.path("roles")));
        fields.add("labels", list(host.path("labels")));
        fields.add("system", host.path("os").asText());
        fields.add("agent", host.path("agent_version").asText());
        fields.add("findings", Findings.counts(host.path("findings")));
        fields.add("verdicts", verdicts(host.path("verdicts")));
        fields.print(screen, "");
        if (!host.path("reports").isEmpty()) {
            screen.out().println();
            reports(answer).print(screen);
        }
    }

    private Table reports(Answer answer) {
        Table table = Table.of(
                left("FACTS"),
                left("INSTANCE"),
                left("STATUS"),
                left("LAST RUN"),
                right("REPORTED"),
                right("UNCHANGED FOR"));
        for (JsonNode report : answer.json().path("reports")) {
            table.add(
                    report.path("type").asText(),
                    report.path("instance").asText(),
                    report.path("discovered").asBoolean(true)
                            ? report.path("status").asText()
                            : "gone",
                    Times.age(report.path("last_run").asText(), answer.at()) + " ago"
                            + (report.path("stale").asBoolean() ? ", stale" : ""),
                    Times.age(report.path("reported").asText(), answer.at()) + " ago",
                    Times.age(report.path("since").asText(), answer.at()));
        }
        return table;
    }

    private String verified(JsonNode host, Answer answer) {
        JsonNode at = host.path("verified_at");
        return at.isMissingNode() ? "not yet" : "unchanged at " + when(at, answer);
    }

    private String when(JsonNode instant, Answer answer) {
        String time = instant.asText();
        return Times.minute(time, session.screen().zone()) + " (" + Times.age(time, answer.at()) + " ago)";
    }

    private static String list(JsonNode texts) {
        List<String> all = new ArrayList<>();
        texts.forEach(text -> all.add(text.asText()));
        return String.join(", ", all);
    }

    /** How many rules say what, for example {@code 3 fail, 41 pass, 7 unknown}. */
    private static String verdicts(JsonNode verdicts) {
        Map<String, Integer> counts = new TreeMap<>();
        verdicts.forEach(verdict -> counts.merge(verdict.path("verdict").asText(), 1, Integer::sum));
        List<String> parts = new ArrayList<>();
        counts.forEach((verdict, count) -> parts.add(count + " " + verdict));
        return parts.isEmpty() ? "no rule was applied yet" : String.join(", ", parts);
    }
}
