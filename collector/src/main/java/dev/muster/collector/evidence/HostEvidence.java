package dev.muster.collector.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.graph.GraphReads.InstanceReport;
import dev.muster.collector.graph.GraphReads.StandingVerdict;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Marks;
import dev.muster.collector.model.Verdict;
import dev.muster.collector.rules.Digests;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * One host: what it reported, and what the rules said of that.
 *
 * @param facts by type and instance
 */
record HostEvidence(HostId id, String name, Marks marks, List<Reported> facts, List<StandingVerdict> verdicts) {
    HostEvidence {
        facts = List.copyOf(facts);
        verdicts = List.copyOf(verdicts);
    }

    /**
     * The facts of an instance.
     *
     * @param since when they became so
     * @param secrecy whether the data is what was reported
     */
    record Reported(Facts facts, Instant since, Secrecy secrecy) {
        /** Of masked facts what is shown, since the agent's hash is over what is not. */
        private String mark() {
            return switch (secrecy) {
                case WHOLE -> "";
                case MASKED ->
                    "masked "
                            + Digests.of(List.of(
                                    Integer.toString(facts.schema()),
                                    facts.denied().toString(),
                                    facts.truncated().toString(),
                                    facts.data().toString()));
            };
        }
    }

    /** What was done to data before it was handed out. */
    enum Secrecy {
        WHOLE,
        MASKED
    }

    /** What a checkpoint is over, of this host. */
    String leaf() {
        return leaf(
                id,
                name,
                marks,
                facts.stream()
                        .map(one -> List.of(
                                one.facts().key().type(),
                                one.facts().key().instance(),
                                one.facts().status().word(),
                                one.facts().hash(),
                                one.since().toString(),
                                one.mark()))
                        .toList(),
                verdicts);
    }

    /**
     * The same of a host whose data was not read.
     *
     * @param masked where a type holds secrets its facts, as they are shown
     */
    static String leaf(
            HostId id,
            String name,
            Marks marks,
            Collection<InstanceReport> reports,
            Map<InstanceKey, Reported> masked,
            List<StandingVerdict> verdicts) {
        return leaf(
                id,
                name,
                marks,
                reports.stream()
                        .map(report -> List.of(
                                report.key().type(),
                                report.key().instance(),
                                report.status().word(),
                                report.hash(),
                                report.since().toString(),
                                Optional.ofNullable(masked.get(report.key()))
                                        .map(Reported::mark)
                                        .orElse("")))
                        .toList(),
                verdicts);
    }

    private static String leaf(
            HostId id, String name, Marks marks, List<List<String>> reports, List<StandingVerdict> verdicts) {
        var texts = new ArrayList<>(List.of(
                id.toString(),
                name,
                new TreeSet<>(marks.roles()).toString(),
                new TreeSet<>(marks.labels()).toString(),
                Integer.toString(reports.size())));
        reports.forEach(texts::addAll);
        for (StandingVerdict verdict : verdicts) {
            texts.addAll(List.of(
                    verdict.rule(),
                    verdict.instance().type(),
                    verdict.instance().instance(),
                    verdict.verdict().word(),
                    verdict.since().toString(),
                    verdict.unknownSince().map(Instant::toString).orElse(""),
                    verdict.reason().orElse("")));
        }
        return id + " " + Digests.of(texts);
    }

    ObjectNode toJson() {
        ObjectNode node =
                JsonNodeFactory.instance.objectNode().put("host", id.toString()).put("name", name);
        node.set("roles", Json.texts(new TreeSet<>(marks.roles())));
        node.set("labels", Json.texts(new TreeSet<>(marks.labels())));
        var list = node.putArray("facts");
        facts.forEach(one -> write(list.addObject(), one));
        var said = node.putArray("verdicts");
        verdicts.forEach(verdict -> write(said.addObject(), verdict));
        return node;
    }

    private static void write(ObjectNode node, Reported one) {
        Facts facts = one.facts();
        node.put("type", facts.key().type())
                .put("instance", facts.key().instance())
                .put("status", facts.status().word())
                .put("schema", facts.schema())
                .put("since", one.since().toString())
                .put("observed_at", facts.observedAt().toString())
                .put("hash", facts.hash())
                .put("masked", one.secrecy() == Secrecy.MASKED);
        node.set("denied", Json.texts(facts.denied()));
        node.set("errors", Json.texts(facts.errors()));
        node.set("truncated", Json.texts(facts.truncated()));
        node.set("data", facts.data());
    }

    private static void write(ObjectNode node, StandingVerdict verdict) {
        node.put("rule", verdict.rule())
                .put("type", verdict.instance().type())
                .put("instance", verdict.instance().instance())
                .put("verdict", verdict.verdict().word())
                .put("since", verdict.since().toString());
        verdict.unknownSince().ifPresent(since -> node.put("unknown_since", since.toString()));
        verdict.reason().ifPresent(reason -> node.put("reason", reason));
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws IllegalArgumentException where it is something else
     */
    static HostEvidence of(JsonNode node) {
        try {
            var facts = new ArrayList<Reported>();
            node.required("facts").forEach(one -> facts.add(reported(one)));
            var verdicts = new ArrayList<StandingVerdict>();
            node.required("verdicts").forEach(one -> verdicts.add(verdict(one)));
            var marks = new Marks(
                    new TreeSet<>(Json.textsOf(node.required("roles"))),
                    new TreeSet<>(Json.textsOf(node.required("labels"))));
            return new HostEvidence(
                    HostId.parse(node.required("host").asText()),
                    node.required("name").asText(),
                    marks,
                    facts,
                    verdicts);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static Reported reported(JsonNode node) {
        if (!(node.required("data") instanceof ObjectNode data)) {
            throw new IllegalArgumentException("facts are no object");
        }
        var facts = new Facts(
                key(node),
                node.required("schema").asInt(),
                FactsStatus.of(node.required("status").asText()),
                Json.textsOf(node.required("denied")),
                Json.textsOf(node.required("errors")),
                Json.textsOf(node.required("truncated")),
                data,
                Instant.parse(node.required("observed_at").asText()),
                Duration.ZERO,
                node.required("hash").asText());
        return new Reported(
                facts,
                Instant.parse(node.required("since").asText()),
                node.required("masked").asBoolean() ? Secrecy.MASKED : Secrecy.WHOLE);
    }

    private static StandingVerdict verdict(JsonNode node) {
        return new StandingVerdict(
                node.required("rule").asText(),
                key(node),
                Verdict.of(node.required("verdict").asText()),
                Instant.parse(node.required("since").asText()),
                Optional.ofNullable(node.get("unknown_since")).map(at -> Instant.parse(at.asText())),
                Optional.ofNullable(node.get("reason")).map(JsonNode::asText));
    }

    private static InstanceKey key(JsonNode node) {
        return new InstanceKey(
                node.required("type").asText(), node.required("instance").asText());
    }
}
