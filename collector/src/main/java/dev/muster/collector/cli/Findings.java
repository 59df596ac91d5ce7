package dev.muster.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Findings for people: what, on which evidence, since when, and how to mend it; the worst first. */
final class Findings {
    private static final List<String> SEVERITIES = List.of("high", "medium", "low");

    /** A value longer than this says nothing more by being shown whole; {@code --json} has it. */
    private static final int MAX_VALUE_CHARACTERS = 400;

    private static final Comparator<JsonNode> WORST_FIRST = Comparator.<JsonNode>comparingInt(
                    finding -> SEVERITIES.indexOf(finding.at("/rule/severity").asText()))
            .thenComparing(finding -> finding.path("host_name").asText())
            .thenComparing(finding -> finding.at("/rule/id").asText());

    private final Screen screen;

    Findings(Screen screen) {
        this.screen = screen;
    }

    void print(Answer answer) {
        List<JsonNode> findings = new ArrayList<>();
        answer.json().path("findings").forEach(findings::add);
        findings.sort(WORST_FIRST);
        for (JsonNode finding : findings) {
            print(finding, answer);
            screen.out().println();
        }
        screen.out().println(summary(findings));
        if (answer.json().path("more").asBoolean()) {
            screen.note("there are more findings than these; ask for one host or one severity");
        }
    }

    /** For example {@code 5 (1 high, 4 low)}. */
    static String counts(JsonNode findings) {
        List<String> parts = new ArrayList<>();
        for (String severity : SEVERITIES) {
            int count = findings.path(severity).asInt();
            if (count > 0) {
                parts.add(count + " " + severity);
            }
        }
        return parts.isEmpty() ? "none open" : findings.path("total").asText() + " open: " + String.join(", ", parts);
    }

    private void print(JsonNode finding, Answer answer) {
        JsonNode rule = finding.path("rule");
        JsonNode evidence = finding.path("evidence");
        String severity = rule.path("severity").asText();
        String head = "%s  %s  %s"
                .formatted(
                        screen.style(Screen.Style.severity(severity), Text.pad(Text.escape(severity), 6)),
                        screen.style(
                                Screen.Style.HEADING,
                                Text.escape(finding.path("host_name").asText())),
                        Text.escape(rule.path("id").asText()));
        screen.out().println(head);
        Fields fields = new Fields();
        fields.add("what", rule.path("title").asText());
        fields.add("found", found(evidence));
        fields.add("wanted", evidence.path("wanted").asText());
        fields.add("since", when(finding.path("opened").asText(), answer));
        if (finding.has("closed")) {
            fields.add("until", when(finding.path("closed").asText(), answer));
        }
        fields.add("why", rule.path("why").asText());
        fields.add("fix", rule.path("fix").asText());
        fields.add("refs", String.join(", ", texts(rule.path("refs"))));
        fields.add("facts", evidence.path("facts_hash").asText());
        fields.print(screen, "        ");
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asText).toList();
    }

    private String when(String instant, Answer answer) {
        return Times.minute(instant, screen.zone()) + " (" + Times.age(instant, answer.at()) + " ago)";
    }

    /** What was read and what offends, a line each. */
    static String found(JsonNode evidence) {
        List<String> lines = new ArrayList<>();
        for (JsonNode read : evidence.path("reads")) {
            String value = read.has("value") ? shorten(read.path("value").toString()) : "nothing";
            lines.add(Text.escape(read.path("path").asText()) + " = " + value);
        }
        JsonNode offending = evidence.path("offending");
        offending.forEach(element -> lines.add("- " + Text.escape(shorten(element.asText()))));
        int more = evidence.path("offending_total").asInt() - offending.size();
        if (more > 0) {
            lines.add("- and " + more + " more");
        }
        return String.join("\n", lines);
    }

    private static String shorten(String value) {
        if (value.length() <= MAX_VALUE_CHARACTERS) {
            return value;
        }
        int cut = MAX_VALUE_CHARACTERS - (Character.isHighSurrogate(value.charAt(MAX_VALUE_CHARACTERS - 1)) ? 1 : 0);
        return value.substring(0, cut) + "… (" + value.length() + " characters)";
    }

    private static String summary(List<JsonNode> findings) {
        if (findings.isEmpty()) {
            return "No findings.";
        }
        List<String> parts = new ArrayList<>();
        for (String severity : SEVERITIES) {
            long count = findings.stream()
                    .filter(finding -> finding.at("/rule/severity").asText().equals(severity))
                    .count();
            if (count > 0) {
                parts.add(count + " " + severity);
            }
        }
        return findings.size() + (findings.size() == 1 ? " finding: " : " findings: ") + String.join(", ", parts) + ".";
    }
}
