package dev.muster.collector.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.graph.GraphReads.Alteration;
import dev.muster.collector.graph.GraphReads.HostChange;
import dev.muster.collector.graph.GraphReads.InstanceReport;
import dev.muster.collector.graph.GraphReads.LastRun;
import dev.muster.collector.graph.GraphReads.QueryResult;
import dev.muster.collector.graph.GraphReads.StandingVerdict;
import dev.muster.collector.graph.GraphReads.StoredFacts;
import dev.muster.collector.model.Event;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.Finding;
import dev.muster.collector.model.FindingCounts;
import dev.muster.collector.model.FindingJson;
import dev.muster.collector.model.Host;
import dev.muster.collector.model.HostAttributes;
import dev.muster.collector.model.KnownAgent;
import dev.muster.collector.model.Marks;
import dev.muster.collector.model.PendingAgent;
import java.util.List;
import java.util.Set;

/** The model's words as the JSON of docs/api.md; pure. */
final class Answers {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private static final Set<EventType> FINDINGS =
            Set.of(EventType.FINDING_OPENED, EventType.FINDING_CLEARED, EventType.FINDING_WAIVED);

    private Answers() {}

    static ObjectNode host(Host host, Marks marks) {
        HostAttributes attributes = host.attributes();
        ObjectNode node = JSON.objectNode()
                .put("id", host.id().toString())
                .put("name", host.name())
                .put("status", host.status().word())
                .put("since", host.since().toString())
                .put("seen", host.seen().toString());
        node.set("names", texts(attributes.names()));
        node.set("addresses", texts(attributes.addresses()));
        node.set("roles", texts(marks.roles().stream().sorted().toList()));
        node.set("labels", texts(marks.labels().stream().sorted().toList()));
        node.put("os", attributes.os()).put("agent_version", attributes.agentVersion());
        node.set("findings", counts(host.findings()));
        host.verification().verified().ifPresent(at -> node.put("verified_at", at.toString()));
        return node.put("stale_facts", host.verification().stale());
    }

    static ObjectNode host(Host host, Marks marks, List<InstanceReport> reports, List<StandingVerdict> verdicts) {
        ObjectNode node = host(host, marks);
        ArrayNode reported = node.putArray("reports");
        reports.forEach(report -> reported.add(report(report)));
        ArrayNode judged = node.putArray("verdicts");
        verdicts.forEach(verdict -> judged.add(verdict(verdict)));
        return node;
    }

    static ObjectNode facts(Host host, StoredFacts stored) {
        Facts facts = stored.facts();
        ObjectNode node = JSON.objectNode()
                .put("host", host.id().toString())
                .put("host_name", host.name())
                .put("type", facts.key().type())
                .put("instance", facts.key().instance())
                .put("status", facts.status().word())
                .put("schema", facts.schema())
                .put("since", stored.since().toString())
                .put("reported", stored.reported().toString())
                .put("observed_at", facts.observedAt().toString())
                .put("took_ms", facts.took().toMillis())
                .put("hash", facts.hash());
        stored.lastRun().ifPresent(run -> lastRun(node, run));
        node.set("denied", texts(facts.denied()));
        node.set("errors", texts(facts.errors()));
        node.set("truncated", texts(facts.truncated()));
        node.set("data", facts.data());
        return node;
    }

    static ObjectNode agent(KnownAgent agent) {
        return agent("trusted", agent.keyId(), agent.publicKey())
                .put("host", agent.host().toString())
                .put("host_name", agent.hostName());
    }

    static ObjectNode agent(PendingAgent agent) {
        ObjectNode node = agent("pending", agent.keyId(), agent.publicKey());
        node.set("names", texts(agent.attributes().names()));
        return node.put("os", agent.attributes().os())
                .put("address", agent.address())
                .put("since", agent.since().toString())
                .put("seen", agent.seen().toString());
    }

    private static ObjectNode agent(String state, String keyId, String publicKey) {
        return JSON.objectNode()
                .put("state", state)
                .put("fingerprint", keyId.replaceAll("(.{4})(?!$)", "$1-"))
                .put("public_key", publicKey);
    }

    static ObjectNode change(HostChange change) {
        ObjectNode node = JSON.objectNode()
                .put("host", change.host().toString())
                .put("host_name", change.hostName())
                .put("type", change.key().type())
                .put("instance", change.key().instance())
                .put("at", change.at().toString())
                .put("seq", change.seq());
        ArrayNode changed = node.putArray("changed");
        for (Alteration alteration : change.alterations()) {
            ObjectNode one = changed.addObject().put("path", alteration.path());
            alteration.before().ifPresent(value -> one.set("before", value));
            alteration.after().ifPresent(value -> one.set("after", value));
        }
        return node.put("changed_total", change.total());
    }

    static ObjectNode finding(Finding finding) {
        return snakeCased(FindingJson.write(finding));
    }

    static ObjectNode event(Event event) {
        ObjectNode node = JSON.objectNode()
                .put("seq", event.seq())
                .put("at", event.at().toString())
                .put("type", event.type().word());
        event.host().ifPresent(host -> node.put("host", host.toString()));
        if (!event.hostName().isEmpty()) {
            node.put("host_name", event.hostName());
        }
        node.put("summary", event.summary());
        node.set("detail", detail(event.type(), event.detail()));
        return node;
    }

    static ObjectNode result(QueryResult result) {
        ObjectNode node = JSON.objectNode();
        node.set("columns", texts(result.columns()));
        ArrayNode rows = node.putArray("rows");
        for (List<JsonNode> row : result.rows()) {
            rows.addArray().addAll(row);
        }
        result.cut().ifPresent(cut -> node.put("cut", cut));
        return node;
    }

    static ObjectNode counts(FindingCounts counts) {
        return JSON.objectNode()
                .put("high", counts.high())
                .put("medium", counts.medium())
                .put("low", counts.low())
                .put("total", counts.total());
    }

    private static ObjectNode report(InstanceReport report) {
        ObjectNode node = JSON.objectNode()
                .put("type", report.key().type())
                .put("instance", report.key().instance())
                .put("status", report.status().word())
                .put("schema", report.schema())
                .put("since", report.since().toString())
                .put("reported", report.reported().toString())
                .put("hash", report.hash());
        lastRun(node, report.lastRun());
        return node.put("discovered", !report.hash().isEmpty());
    }

    private static void lastRun(ObjectNode node, LastRun run) {
        node.put("last_run", run.at().toString());
        run.every().ifPresent(every -> node.put("every_seconds", every.toSeconds()));
        node.put("stale", run.isStale());
    }

    private static ObjectNode verdict(StandingVerdict verdict) {
        ObjectNode node = JSON.objectNode()
                .put("rule", verdict.rule())
                .put("type", verdict.instance().type())
                .put("instance", verdict.instance().instance())
                .put("verdict", verdict.verdict().word())
                .put("since", verdict.since().toString());
        verdict.unknownSince().ifPresent(since -> node.put("unknown_since", since.toString()));
        verdict.reason().ifPresent(reason -> node.put("reason", reason));
        return node;
    }

    private static ObjectNode detail(EventType type, ObjectNode detail) {
        if (FINDINGS.contains(type)) {
            return snakeCased(detail);
        }
        if (type != EventType.FIRST_REPORT) {
            return detail;
        }
        ObjectNode copy = detail.deepCopy();
        for (JsonNode finding : copy.path("findings")) {
            if (finding instanceof ObjectNode node) {
                rename(node);
            }
        }
        return copy;
    }

    private static ObjectNode snakeCased(ObjectNode finding) {
        ObjectNode copy = finding.deepCopy();
        rename(copy);
        return copy;
    }

    /** Only the fields that are ours: the evidence holds values from hosts, whose names are not to be touched. */
    private static void rename(ObjectNode finding) {
        rename(finding, "hostName", "host_name");
        rename(finding, FindingJson.WAIVED_BEFORE, "waived_before");
        if (finding.path("evidence") instanceof ObjectNode evidence) {
            rename(evidence, "offendingTotal", "offending_total");
            rename(evidence, "factsHash", "facts_hash");
        }
    }

    private static void rename(ObjectNode node, String from, String to) {
        JsonNode value = node.remove(from);
        if (value != null) {
            node.set(to, value);
        }
    }

    private static ArrayNode texts(List<String> texts) {
        ArrayNode array = JSON.arrayNode();
        texts.forEach(array::add);
        return array;
    }
}
