package dev.muster.collector.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A finding as JSON: in the detail of events, in the graph, for hooks and the API.
 *
 * <pre>
 * {"host": id, "hostName": …, "rule": {"id","title","type","category","severity","check","why","fix","refs","profile"},
 *  "instance": {"type","instance"},
 *  "evidence": {"reads": [{"path", "value"}], "wanted", "offending", "offendingTotal", "factsHash"},
 *  "opened": ISO 8601, "closed": ISO 8601 or absent}
 * </pre>
 *
 * A read without "value" found nothing there.
 */
public final class FindingJson {
    /** Beside the finding in the detail of its opening: what accepted the failure until now. */
    public static final String WAIVED_BEFORE = "waivedBefore";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private FindingJson() {}

    public static ObjectNode write(Finding finding) {
        ObjectNode node = JSON.objectNode();
        node.put("host", finding.host().toString()).put("hostName", finding.hostName());
        node.set("rule", write(finding.rule()));
        node.putObject("instance")
                .put("type", finding.instance().type())
                .put("instance", finding.instance().instance());
        node.set("evidence", write(finding.evidence()));
        node.put("opened", finding.opened().toString());
        finding.closed().ifPresent(closed -> node.put("closed", closed.toString()));
        return node;
    }

    public static ObjectNode write(Rule rule) {
        ObjectNode node = JSON.objectNode();
        node.put("id", rule.id()).put("title", rule.title()).put("type", rule.type());
        node.put("category", rule.category()).put("severity", rule.severity().word());
        node.put("check", rule.check()).put("why", rule.why()).put("fix", rule.fix());
        node.set("refs", texts(rule.refs()));
        return node.put("profile", rule.profile());
    }

    public static ObjectNode write(Evidence evidence) {
        ObjectNode node = JSON.objectNode();
        ArrayNode reads = node.putArray("reads");
        for (Evidence.Read read : evidence.reads()) {
            ObjectNode entry = reads.addObject().put("path", read.path());
            if (!read.value().isMissingNode()) {
                entry.set("value", read.value());
            }
        }
        node.put("wanted", evidence.wanted());
        node.set("offending", texts(evidence.offending()));
        return node.put("offendingTotal", evidence.offendingTotal()).put("factsHash", evidence.factsHash());
    }

    public static Finding read(JsonNode node) {
        JsonNode instance = node.required("instance");
        return new Finding(
                HostId.parse(text(node, "host")),
                text(node, "hostName"),
                readRule(node.required("rule")),
                new InstanceKey(text(instance, "type"), text(instance, "instance")),
                readEvidence(node.required("evidence")),
                Instant.parse(text(node, "opened")),
                Optional.ofNullable(node.get("closed")).map(closed -> Instant.parse(closed.textValue())));
    }

    public static Rule readRule(JsonNode node) {
        return new Rule(
                text(node, "id"),
                text(node, "title"),
                text(node, "type"),
                text(node, "category"),
                Severity.of(text(node, "severity")),
                text(node, "check"),
                text(node, "why"),
                text(node, "fix"),
                readTexts(node.required("refs")),
                text(node, "profile"));
    }

    public static Evidence readEvidence(JsonNode node) {
        List<Evidence.Read> reads = new ArrayList<>();
        for (JsonNode read : node.required("reads")) {
            JsonNode value = read.get("value");
            reads.add(new Evidence.Read(text(read, "path"), value == null ? MissingNode.getInstance() : value));
        }
        return new Evidence(
                reads,
                text(node, "wanted"),
                readTexts(node.required("offending")),
                node.required("offendingTotal").intValue(),
                text(node, "factsHash"));
    }

    private static ArrayNode texts(List<String> texts) {
        ArrayNode array = JSON.arrayNode();
        texts.forEach(array::add);
        return array;
    }

    private static List<String> readTexts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.textValue()));
        return texts;
    }

    private static String text(JsonNode node, String field) {
        return node.required(field).textValue();
    }
}
