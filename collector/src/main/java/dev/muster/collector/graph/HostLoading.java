package dev.muster.collector.graph;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.graph.HostRecord.FindingKey;
import dev.muster.collector.graph.HostRecord.OpenFinding;
import dev.muster.collector.graph.HostRecord.Stream;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.FindingCounts;
import dev.muster.collector.model.Host;
import dev.muster.collector.model.HostAttributes;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.HostStatus;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Marks;
import dev.muster.collector.model.Severity;
import dev.muster.collector.model.Verification;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.neo4j.driver.Record;
import org.neo4j.driver.TransactionContext;
import org.neo4j.driver.Value;

/** Reads nodes back into records. */
final class HostLoading {
    private HostLoading() {}

    static Optional<HostRecord> load(TransactionContext tx, HostId id) {
        Map<String, Object> host = Map.of("id", id.toString());
        List<Record> found = tx.run("MATCH (h:Host {id: $id}) RETURN h", host).list();
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Value node = found.getFirst().get("h");
        return Optional.of(new HostRecord(
                host(node),
                marks(node),
                node.get("judgedBy").asString(),
                node.get("projectedBy").asString(""),
                reports(tx, host),
                verdicts(tx, host),
                open(tx, host),
                applied(tx, host)));
    }

    static Marks marks(Value node) {
        return new Marks(Set.copyOf(words(node, "roles")), Set.copyOf(words(node, "labels")));
    }

    /** A graph from before there were any has none. */
    private static List<String> words(Value node, String property) {
        return node.get(property).asList(Value::asString, List.of());
    }

    private static Map<InstanceKey, HostRecord.Report> reports(TransactionContext tx, Map<String, Object> host) {
        var reports = new HashMap<InstanceKey, HostRecord.Report>();
        for (Record row : tx.run("MATCH (:Host {id: $id})-[:REPORTS]->(f:Facts) RETURN f", host)
                .list()) {
            Value node = row.get("f");
            Facts facts = facts(node);
            reports.put(
                    facts.key(),
                    new HostRecord.Report(
                            facts,
                            node.get("jsonHash").asString(),
                            instant(node, "first"),
                            instant(node, "since"),
                            node.get("changes").asLong(),
                            node.get("json").asString().length(),
                            node.get("standing").isNull()
                                    ? facts.data()
                                    : object(node.get("standing").asString())));
        }
        return reports;
    }

    private static Map<String, HostRecord.Verdicts> verdicts(TransactionContext tx, Map<String, Object> host) {
        var verdicts = new HashMap<String, HostRecord.Verdicts>();
        for (Record row : tx.run("MATCH (:Host {id: $id})-[:JUDGED]->(v:Verdicts) RETURN v", host)
                .list()) {
            Value node = row.get("v");
            verdicts.put(
                    node.get("type").asString(),
                    new HostRecord.Verdicts(
                            object(node.get("json").asString()),
                            instant(node, "at"),
                            node.get("changes").asLong()));
        }
        return verdicts;
    }

    private static Map<FindingKey, OpenFinding> open(TransactionContext tx, Map<String, Object> host) {
        var open = new HashMap<FindingKey, OpenFinding>();
        String cypher = """
                MATCH (:Host {id: $id})<-[:ON]-(f:Finding)-[:OF]->(r:Rule) WHERE f.openKey IS NOT NULL
                RETURN f, r.id AS rule""";
        for (Record row : tx.run(cypher, host).list()) {
            Value node = row.get("f");
            open.put(
                    new FindingKey(
                            row.get("rule").asString(), node.get("instance").asString()),
                    new OpenFinding(Severity.of(node.get("severity").asString()), instant(node, "opened")));
        }
        return open;
    }

    private static Map<Stream, Long> applied(TransactionContext tx, Map<String, Object> host) {
        var applied = new HashMap<Stream, Long>();
        for (Record row : tx.run("MATCH (:Host {id: $id})-[:APPLIED]->(a:Applied) RETURN a", host)
                .list()) {
            Value node = row.get("a");
            applied.put(
                    new Stream(node.get("spool").asString(), node.get("channel").asInt()),
                    node.get("seq").asLong());
        }
        return applied;
    }

    static Host host(Value node) {
        return new Host(
                HostId.parse(node.get("id").asString()),
                node.get("name").asString(),
                HostStatus.of(node.get("status").asString()),
                instant(node, "since"),
                instant(node, "seen"),
                new HostAttributes(
                        texts(node, "names"),
                        texts(node, "addresses"),
                        node.get("machineIdHash").asString(),
                        node.get("os").asString(),
                        node.get("agentVersion").asString(),
                        node.get("bootId").asString()),
                new FindingCounts(
                        node.get("findingsLow").asInt(),
                        node.get("findingsMedium").asInt(),
                        node.get("findingsHigh").asInt()),
                new Verification(
                        optionalInstant(node, "verifiedAt"), node.get("stale").asInt(0)));
    }

    static Facts facts(Value node) {
        return new Facts(
                key(node),
                node.get("schema").asInt(),
                FactsStatus.of(node.get("status").asString()),
                texts(node, "denied"),
                texts(node, "errors"),
                texts(node, "truncated"),
                object(node.get("json").asString()),
                instant(node, "observedAt"),
                Duration.ofMillis(node.get("tookMs").asLong()),
                node.get("hash").asString());
    }

    static InstanceKey key(Value node) {
        return new InstanceKey(node.get("type").asString(), node.get("instance").asString());
    }

    static Instant instant(Value node, String property) {
        return node.get(property).asOffsetDateTime().toInstant();
    }

    static Optional<Instant> optionalInstant(Value node, String property) {
        return node.get(property).isNull() ? Optional.empty() : Optional.of(instant(node, property));
    }

    static List<String> texts(Value node, String property) {
        return node.get(property).asList(Value::asString);
    }

    static ObjectNode object(String json) {
        return (ObjectNode) History.parse(json);
    }
}
