package dev.muster.collector.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.model.Evidence;
import dev.muster.collector.model.FindingJson;
import dev.muster.collector.model.Severity;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A finding as an event carries it, made fit to show.
 *
 * <p>The shape that is read: {@code {"rule": {"id", "title", "type", "category", "severity": "low|medium|high", "why",
 * "fix", "refs": […]}, "instance": {"type", "instance"} or "type:instance", "evidence": {"reads": [{"path", "value"}],
 * "wanted", "offending": […], "offendingTotal"}, "opened": ISO 8601, "closed": ISO 8601 or null}}. What is missing or of
 * another type reads as empty: a mail with a gap is better than none.
 *
 * @param waivedBefore what accepted the failure until now; empty where nothing did
 * @param instance empty for a type's unnamed instance
 */
record FindingDetail(
        String ruleId,
        String title,
        String category,
        Severity severity,
        String why,
        String fix,
        List<String> refs,
        String instance,
        List<Fact> reads,
        String wanted,
        List<String> offending,
        int offendingTotal,
        Optional<Instant> opened,
        String waivedBefore) {

    /** What was read and what stood there, each on one line. */
    record Fact(String path, String value) {}

    private static final int MAX_NAME_CHARS = 120;
    private static final int MAX_TITLE_CHARS = 200;
    private static final int MAX_PROSE_CHARS = 4_000;
    private static final int MAX_VALUE_CHARS = 400;
    private static final int MAX_READS = 50;
    private static final int MAX_REFS = 30;

    static FindingDetail of(JsonNode finding) {
        JsonNode rule = finding.path("rule");
        JsonNode evidence = finding.path("evidence");
        List<String> offending = texts(evidence.path("offending"), Evidence.MAX_OFFENDING);
        return new FindingDetail(
                SafeText.line(rule.path("id").asText(), MAX_NAME_CHARS),
                SafeText.line(rule.path("title").asText(), MAX_TITLE_CHARS),
                SafeText.line(rule.path("category").asText(), MAX_NAME_CHARS),
                severity(rule.path("severity").asText()),
                SafeText.block(rule.path("why").asText(), MAX_PROSE_CHARS),
                SafeText.block(rule.path("fix").asText(), MAX_PROSE_CHARS),
                texts(rule.path("refs"), MAX_REFS),
                instance(finding.path("instance")),
                facts(evidence.path("reads")),
                SafeText.block(evidence.path("wanted").asText(), MAX_PROSE_CHARS),
                offending,
                Math.max(offending.size(), evidence.path("offendingTotal").asInt()),
                instant(finding.path("opened")),
                SafeText.line(finding.path(FindingJson.WAIVED_BEFORE).asText(), MAX_PROSE_CHARS));
    }

    private static Severity severity(String word) {
        for (Severity severity : Severity.values()) {
            if (severity.word().equals(word.toLowerCase(Locale.ROOT))) {
                return severity;
            }
        }
        return Severity.LOW;
    }

    private static String instance(JsonNode node) {
        if (node.isObject()) {
            String type = node.path("type").asText();
            String name = node.path("instance").asText();
            return SafeText.line(name.isEmpty() ? type : type + ":" + name, MAX_NAME_CHARS);
        }
        return SafeText.line(node.asText(), MAX_NAME_CHARS);
    }

    private static List<Fact> facts(JsonNode reads) {
        var facts = new ArrayList<Fact>();
        for (JsonNode read : reads) {
            if (facts.size() == MAX_READS) {
                facts.add(new Fact("…", (reads.size() - MAX_READS) + " more, in the attached event"));
                break;
            }
            facts.add(new Fact(
                    SafeText.line(read.path("path").asText(), MAX_TITLE_CHARS),
                    SafeText.value(read.path("value"), MAX_VALUE_CHARS)));
        }
        return List.copyOf(facts);
    }

    private static List<String> texts(JsonNode array, int max) {
        var texts = new ArrayList<String>();
        for (JsonNode item : array) {
            if (texts.size() < max) {
                texts.add(SafeText.line(item.asText(), MAX_VALUE_CHARS));
            }
        }
        return List.copyOf(texts);
    }

    private static Optional<Instant> instant(JsonNode node) {
        try {
            return node.isTextual() ? Optional.of(Instant.parse(node.asText())) : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
