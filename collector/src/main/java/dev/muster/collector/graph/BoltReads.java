package dev.muster.collector.graph;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.model.Event;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.Finding;
import dev.muster.collector.model.FindingCounts;
import dev.muster.collector.model.FindingJson;
import dev.muster.collector.model.Host;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.HostStatus;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.KnownAgent;
import dev.muster.collector.model.Marks;
import dev.muster.collector.model.Rule;
import dev.muster.collector.model.Severity;
import dev.muster.collector.model.Verdict;
import dev.muster.collector.model.Waiver;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.neo4j.driver.Driver;
import org.neo4j.driver.Record;
import org.neo4j.driver.Value;

/** Reads in Cypher, one statement a question where it can be. */
final class BoltReads implements GraphReads {
    private static final int MAX_EVENTS = 10_000;
    private static final int MAX_CHANGES = 10_000;
    private static final int MAX_WAIVERS = 10_000;

    private final Driver driver;
    private final PeoplesQueries queries;
    private final HistoryReads history;

    BoltReads(Driver driver) {
        this.driver = driver;
        this.queries = new PeoplesQueries(driver);
        this.history = new HistoryReads(driver);
    }

    @Override
    public List<Host> hosts() {
        return list("MATCH (h:Host) RETURN h ORDER BY h.name", Map.of(), row -> HostLoading.host(row.get("h")));
    }

    /** An id goes first: a host may call itself by another's id. */
    @Override
    public Optional<Host> host(String nameOrId) {
        List<Host> found =
                list("""
                MATCH (h:Host) WHERE h.id = $id RETURN h, 0 AS rank
                UNION MATCH (h:Host) WHERE h.name = $name RETURN h, 1 AS rank
                ORDER BY rank LIMIT 1""", Map.of("id", asId(nameOrId), "name", nameOrId), row -> HostLoading.host(row.get("h")));
        return found.stream().findFirst();
    }

    private static String asId(String text) {
        try {
            return UUID.fromString(text).toString();
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    @Override
    public List<InstanceReport> instances(HostId host) {
        return list("""
                MATCH (h:Host {id: $id})-[:REPORTS]->(f:Facts)
                RETURN f.type AS type, f.instance AS instance, f.status AS status, f.schema AS schema, f.since AS since,
                    f.reported AS reported, f.hash AS hash, f.lastRun AS lastRun, f.everySeconds AS every,
                    h.summedUp AS summedUp
                ORDER BY type, instance""", Map.of("id", host.toString()), BoltReads::instance);
    }

    private static InstanceReport instance(Record row) {
        return new InstanceReport(
                new InstanceKey(row.get("type").asString(), row.get("instance").asString()),
                FactsStatus.of(row.get("status").asString()),
                row.get("schema").asInt(),
                row.get("since").asOffsetDateTime().toInstant(),
                row.get("reported").asOffsetDateTime().toInstant(),
                row.get("hash").asString(),
                lastRun(row.get("lastRun"), row.get("reported"), row.get("every"), row.get("summedUp")));
    }

    /** A graph from before runs were told knows the report only. */
    private static LastRun lastRun(Value lastRun, Value reported, Value every, Value told) {
        return new LastRun(
                (lastRun.isNull() ? reported : lastRun).asOffsetDateTime().toInstant(),
                every.isNull() ? Optional.empty() : Optional.of(Duration.ofSeconds(every.asLong())),
                told.isNull()
                        ? Optional.empty()
                        : Optional.of(told.asOffsetDateTime().toInstant()));
    }

    @Override
    public Optional<StoredFacts> facts(HostId host, InstanceKey key) {
        return first(
                "MATCH (f:Facts {key: $key})<-[:REPORTS]-(h:Host) RETURN f, h.summedUp AS told",
                Map.of("key", Rows.factsKey(host, key)),
                row -> stored(row.get("f"), row.get("told")));
    }

    private static StoredFacts stored(Value node, Value told) {
        StoredFacts stored = stored(node);
        LastRun run = lastRun(node.get("lastRun"), node.get("reported"), node.get("everySeconds"), told);
        return new StoredFacts(stored.facts(), stored.since(), stored.reported(), stored.json(), Optional.of(run));
    }

    static StoredFacts stored(Value node) {
        return new StoredFacts(
                HostLoading.facts(node),
                HostLoading.instant(node, "since"),
                HostLoading.instant(node, "reported"),
                node.get("json").asString(),
                Optional.empty());
    }

    @Override
    public Optional<StoredFacts> factsAsOf(HostId host, InstanceKey key, Instant at) {
        return history.factsAsOf(Rows.factsKey(host, key), at);
    }

    @Override
    public List<HostChange> changes(ChangeFilter filter) {
        return history.changes(filter);
    }

    @Override
    public List<FactsChange> changes(HostId host, InstanceKey key, int limit) {
        return list(
                """
                MATCH (:Facts {key: $key}) (()-[:BEFORE]->(:Change))+ (c)
                RETURN c ORDER BY c.seq DESC LIMIT $limit""",
                Map.of("key", Rows.factsKey(host, key), "limit", Math.clamp(limit, 0, MAX_CHANGES)),
                row -> change(row.get("c")));
    }

    private static FactsChange change(Value node) {
        return new FactsChange(
                HostLoading.instant(node, "at"),
                node.get("seq").asLong(),
                History.parse(node.get("patch").asString()),
                node.get("hash").asString());
    }

    @Override
    public List<StandingVerdict> verdicts(HostId host) {
        List<StandingVerdict> all = new ArrayList<>();
        list(
                        "MATCH (:Host {id: $id})-[:JUDGED]->(v:Verdicts) RETURN v ORDER BY v.type",
                        Map.of("id", host.toString()),
                        row -> row.get("v"))
                .forEach(node -> HostLoading.object(node.get("json").asString())
                        .properties()
                        .forEach(entry ->
                                all.add(standing(node.get("type").asString(), entry.getKey(), entry.getValue()))));
        return all;
    }

    private static StandingVerdict standing(String type, String key, JsonNode entry) {
        HostRecord.FindingKey found = HostRecord.FindingKey.parse(key);
        return new StandingVerdict(
                found.rule(),
                new InstanceKey(type, found.instance()),
                Verdict.of(entry.required(0).textValue()),
                Instant.ofEpochMilli(entry.required(1).longValue()),
                Optional.of(entry.path(2)).filter(JsonNode::isNumber).map(at -> Instant.ofEpochMilli(at.longValue())),
                Optional.of(entry.path(3)).filter(JsonNode::isTextual).map(JsonNode::textValue));
    }

    @Override
    public void eachVerdict(VerdictReader reader) {
        Bolt.read(driver, tx -> {
            tx.run("MATCH (h:Host)-[:JUDGED]->(v:Verdicts) WHERE h.status <> 'retired'"
                            + " RETURN h.id AS host, h.name AS name, v.type AS type, v.json AS json")
                    .forEachRemaining(row -> {
                        HostId host = HostId.parse(row.get("host").asString());
                        String name = row.get("name").asString();
                        String type = row.get("type").asString();
                        HostLoading.object(row.get("json").asString())
                                .properties()
                                .forEach(entry ->
                                        reader.verdict(host, name, standing(type, entry.getKey(), entry.getValue())));
                    });
            return Optional.empty();
        });
    }

    @Override
    public SortedMap<LocalDate, JsonNode> scores(LocalDate since) {
        var scores = new TreeMap<LocalDate, JsonNode>();
        list("MATCH (s:ScoreDay) WHERE s.day >= $since RETURN s", Map.of("since", since), row -> row.get("s"))
                .forEach(node -> scores.put(
                        node.get("day").asLocalDate(),
                        History.parse(node.get("json").asString())));
        return scores;
    }

    @Override
    public List<Finding> findings(FindingFilter filter) {
        String state = switch (filter.state()) {
            case OPEN -> "f.closed IS NULL";
            case CLOSED -> "f.closed IS NOT NULL";
            case ANY -> "true";
        };
        return findings(filter, state, Instant.EPOCH);
    }

    @Override
    public List<Finding> findingsAsOf(FindingFilter filter, Instant at) {
        return findings(filter, "f.opened <= $at AND (f.closed IS NULL OR f.closed > $at)", at);
    }

    private List<Finding> findings(FindingFilter filter, String state, Instant at) {
        String host = filter.host().isPresent() ? "{id: $host}" : "";
        String cypher = """
                MATCH (h:Host %s)<-[:ON]-(f:Finding)
                WHERE %s AND ($severity = '' OR f.severity = $severity)
                MATCH (f)-[:OF]->(r:Rule)
                RETURN f, r, h.id AS host, h.name AS hostName
                ORDER BY f.opened DESC, hostName, r.id LIMIT $limit""".formatted(host, state);
        return list(
                cypher,
                Map.of(
                        "host", filter.host().map(HostId::toString).orElse(""),
                        "severity", filter.severity().map(Severity::word).orElse(""),
                        "at", Rows.time(at),
                        "limit", filter.limit()),
                BoltReads::finding);
    }

    private static Finding finding(Record row) {
        Value node = row.get("f");
        Value closed = node.get("closed");
        return new Finding(
                HostId.parse(row.get("host").asString()),
                row.get("hostName").asString(),
                rule(row.get("r")),
                HostLoading.key(node),
                FindingJson.readEvidence(History.parse(node.get("evidence").asString())),
                HostLoading.instant(node, "opened"),
                closed.isNull()
                        ? Optional.empty()
                        : Optional.of(closed.asOffsetDateTime().toInstant()));
    }

    private static Rule rule(Value node) {
        return new Rule(
                node.get("id").asString(),
                node.get("title").asString(),
                node.get("type").asString(),
                node.get("category").asString(),
                Severity.of(node.get("severity").asString()),
                node.get("check").asString(),
                node.get("why").asString(),
                node.get("fix").asString(),
                HostLoading.texts(node, "refs"),
                node.get("profile").asString());
    }

    @Override
    public List<Waiver> waivers(WaiverState state) {
        String wanted = state == WaiverState.ANY ? "" : "WHERE w.ended IS NULL";
        return list(
                "MATCH (w:Waiver) %s RETURN w ORDER BY w.created DESC, w.id DESC LIMIT %d"
                        .formatted(wanted, MAX_WAIVERS),
                Map.of(),
                row -> WaiverReads.waiver(row.get("w")));
    }

    @Override
    public Map<HostId, Marks> marks() {
        var marks = new HashMap<HostId, Marks>();
        list("MATCH (h:Host) WHERE size(h.roles) > 0 OR size(h.labels) > 0 RETURN h", Map.of(), row -> row.get("h"))
                .forEach(node -> marks.put(HostId.parse(node.get("id").asString()), HostLoading.marks(node)));
        return marks;
    }

    @Override
    public List<Event> events(long afterSeq, int limit) {
        return list(
                "MATCH (e:Event) WHERE e.seq > $after RETURN e ORDER BY e.seq LIMIT $limit",
                Map.of("after", afterSeq, "limit", Math.clamp(limit, 0, MAX_EVENTS)),
                row -> event(row.get("e")));
    }

    static Event event(Value node) {
        String host = node.get("host").asString();
        return new Event(
                node.get("seq").asLong(),
                HostLoading.instant(node, "at"),
                EventType.of(node.get("type").asString()),
                host.isEmpty() ? Optional.empty() : Optional.of(HostId.parse(host)),
                node.get("hostName").asString(),
                node.get("summary").asString(),
                HostLoading.object(node.get("json").asString()));
    }

    @Override
    public Status status() {
        return first("""
                MATCH (m:Meta {id: 1})
                CALL () { MATCH (h:Host) WITH h.status AS status, count(h) AS n RETURN collect([status, n]) AS hosts }
                CALL () { MATCH (h:Host) RETURN sum(h.findingsLow) AS low, sum(h.findingsMedium) AS medium, sum(h.findingsHigh) AS high }
                CALL () { MATCH (o:Outbox) WHERE o.due IS NOT NULL RETURN count(o) AS pending }
                CALL () { MATCH (d:DeadLetter) RETURN count(d) AS dead }
                RETURN m, hosts, low, medium, high, pending, dead""", Map.of(), BoltReads::status).orElseThrow();
    }

    private static Status status(Record row) {
        Value meta = row.get("m");
        return new Status(
                row
                        .get("hosts")
                        .asList(pair -> Map.entry(
                                HostStatus.of(pair.get(0).asString()),
                                pair.get(1).asInt()))
                        .stream()
                        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue)),
                new FindingCounts(
                        row.get("low").asInt(),
                        row.get("medium").asInt(),
                        row.get("high").asInt()),
                meta.get("seq").asLong(),
                HostLoading.instant(meta, "at"),
                row.get("pending").asInt(),
                row.get("dead").asInt(),
                meta.get("graphVersion").asInt(),
                meta.get("ruleSetHash").asString());
    }

    @Override
    public List<KnownAgent> agents() {
        return list(
                """
                MATCH (h:Host)<-[:SPEAKS_FOR]-(a:Agent) WHERE a.validTo IS NULL
                RETURN a.keyId AS keyId, a.publicKey AS publicKey, h.id AS host, h.name AS name ORDER BY name, keyId""",
                Map.of(),
                row -> new KnownAgent(
                        row.get("keyId").asString(),
                        row.get("publicKey").asString(),
                        HostId.parse(row.get("host").asString()),
                        row.get("name").asString()));
    }

    @Override
    public long applied(HostId host, String spool, int channel) {
        String key = Rows.appliedKey(host, new HostRecord.Stream(spool, channel));
        return first(
                        "MATCH (a:Applied {key: $key}) RETURN a.seq AS seq",
                        Map.of("key", key),
                        row -> row.get("seq").asLong())
                .orElse(0L);
    }

    @Override
    public List<DeadLetter> deadLetters(int limit) {
        return list(
                "MATCH (d:DeadLetter) RETURN d ORDER BY d.at DESC, d.id LIMIT $limit",
                Map.of("limit", Math.clamp(limit, 0, MAX_EVENTS)),
                row -> deadLetter(row.get("d")));
    }

    private static DeadLetter deadLetter(Value node) {
        return new DeadLetter(
                HostLoading.instant(node, "at"),
                HostId.parse(node.get("host").asString()),
                node.get("spool").asString(),
                node.get("channel").asInt(),
                node.get("seq").asLong(),
                node.get("recordType").asInt(),
                node.get("size").asInt(),
                node.get("error").asString());
    }

    @Override
    public QueryResult query(String cypher, Map<String, Object> parameters, QueryLimits limits) {
        return queries.run(cypher, parameters, limits);
    }

    private <T> List<T> list(String cypher, Map<String, Object> parameters, Function<Record, T> reader) {
        return Bolt.read(driver, tx -> tx.run(cypher, new HashMap<>(parameters)).list(reader));
    }

    private <T> Optional<T> first(String cypher, Map<String, Object> parameters, Function<Record, T> reader) {
        return list(cypher, parameters, reader).stream().findFirst();
    }
}
