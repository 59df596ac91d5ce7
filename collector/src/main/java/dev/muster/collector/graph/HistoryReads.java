package dev.muster.collector.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.graph.GraphReads.ChangeFilter;
import dev.muster.collector.graph.GraphReads.HostChange;
import dev.muster.collector.graph.GraphReads.StoredFacts;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.HostId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.neo4j.driver.Driver;
import org.neo4j.driver.Record;
import org.neo4j.driver.TransactionContext;
import org.neo4j.driver.Value;

/** Walks back from the present: each change leads from the body after it to the one before. */
final class HistoryReads {
    private static final Comparator<HostChange> NEWEST_FIRST = Comparator.comparing(HostChange::at)
            .reversed()
            .thenComparing(HostChange::hostName)
            .thenComparing(HostChange::key)
            .thenComparing(Comparator.comparingLong(HostChange::seq).reversed());

    private final Driver driver;

    HistoryReads(Driver driver) {
        this.driver = driver;
    }

    /** Undoes every change that was committed after {@code at}. */
    Optional<StoredFacts> factsAsOf(String key, Instant at) {
        Map<String, Object> parameters = Map.of("key", key, "at", Rows.time(at));
        return Bolt.read(driver, tx -> {
            List<Record> found = tx.run(
                            "MATCH (f:Facts {key: $key}) WHERE f.first <= $at MATCH (m:Meta {id: 1}) RETURN f, m",
                            parameters)
                    .list();
            if (found.isEmpty()) {
                return Optional.empty();
            }
            List<Value> later = tx.run("""
                            MATCH (f:Facts {key: $key}) (()-[:BEFORE]->(c:Change WHERE c.at > $at))+ (last)
                            RETURN last ORDER BY last.seq DESC""", parameters).list(row -> row.get("last"));
            Value node = found.getFirst().get("f");
            StoredFacts now = BoltReads.stored(node);
            if (later.isEmpty()) {
                return Optional.of(now).filter(facts -> !at.isBefore(facts.since()));
            }
            long oldest = later.getLast().get("seq").asLong();
            Optional<Instant> since = oldest == 1
                    ? Optional.of(HostLoading.instant(node, "first"))
                    : changeBefore(tx, key, oldest)
                            .or(() -> dropped(found.getFirst().get("m"), at));
            return since.map(held -> undone(now, later, held));
        });
    }

    private static Optional<Instant> changeBefore(TransactionContext tx, String key, long seq) {
        return tx
                .run("""
                        MATCH (:Facts {key: $key}) (()-[:BEFORE]->(:Change))+ (:Change {seq: $seq})-[:BEFORE]->(before)
                        RETURN before.at AS at""", Map.of("key", key, "seq", seq))
                .list(row -> row.get("at").asOffsetDateTime().toInstant())
                .stream()
                .findFirst();
    }

    /** The change before was dropped: it was before the time from which on all are kept, so what held then is known only from there on. */
    private static Optional<Instant> dropped(Value meta, Instant at) {
        return Optional.of(meta.get("historySince"))
                .filter(since -> !since.isNull())
                .map(since -> since.asOffsetDateTime().toInstant())
                .filter(since -> !at.isBefore(since));
    }

    private static StoredFacts undone(StoredFacts now, List<Value> later, Instant since) {
        JsonNode body = History.body(now.facts());
        for (Value change : later) {
            body = History.undo(body, change.get("patch").asString());
        }
        Value oldest = later.getLast();
        ObjectNode data = (ObjectNode) body.required("data");
        var facts = new Facts(
                now.facts().key(),
                body.required("schema").intValue(),
                FactsStatus.of(body.required("status").textValue()),
                texts(body.required("denied")),
                List.of(),
                texts(body.required("truncated")),
                data,
                HostLoading.instant(oldest, "observedAt"),
                now.facts().took(),
                oldest.get("hash").asString());
        return new StoredFacts(facts, since, since, data.toString(), Optional.empty());
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.textValue()));
        return texts;
    }

    /** What changed last on which instance: nothing of it is newer than {@code since}. */
    private record Candidate(String key, HostId host, String hostName, Instant since) {}

    /** The newest changes are on the instances that changed last, so the walk ends where all others are older than what was found. */
    List<HostChange> changes(ChangeFilter filter) {
        List<HostChange> found = new ArrayList<>();
        for (Candidate candidate : candidates(filter)) {
            if (found.size() >= filter.limit()
                    && found.get(filter.limit() - 1).at().isAfter(candidate.since())) {
                break;
            }
            found.addAll(changes(candidate, filter));
            found.sort(NEWEST_FIRST);
            found.subList(Math.min(found.size(), filter.limit()), found.size()).clear();
        }
        return found;
    }

    private List<Candidate> candidates(ChangeFilter filter) {
        Map<String, Object> parameters = Map.of(
                "host", filter.host().map(HostId::toString).orElse(""),
                "type", filter.type().orElse(""),
                "since", Rows.time(filter.since()),
                "limit", filter.limit());
        return Bolt.read(
                driver,
                tx -> tx.run("""
                        MATCH (h:Host%s)-[:REPORTS]->(f:Facts)
                        WHERE f.since >= $since AND f.changes > 0 AND ($type = '' OR f.type = $type)
                        RETURN f.key AS key, f.since AS since, h.id AS host, h.name AS name
                        ORDER BY since DESC LIMIT $limit""".formatted(filter.host().isPresent() ? " {id: $host}" : ""), parameters)
                        .list(row -> new Candidate(
                                row.get("key").asString(),
                                HostId.parse(row.get("host").asString()),
                                row.get("name").asString(),
                                row.get("since").asOffsetDateTime().toInstant())));
    }

    private List<HostChange> changes(Candidate candidate, ChangeFilter filter) {
        Map<String, Object> parameters =
                Map.of("key", candidate.key(), "since", Rows.time(filter.since()), "limit", filter.limit());
        return Bolt.read(driver, tx -> {
            StoredFacts now = BoltReads.stored(tx.run("MATCH (f:Facts {key: $key}) RETURN f", parameters)
                    .single()
                    .get("f"));
            List<Value> steps =
                    tx.run("""
                            MATCH (:Facts {key: $key}) (()-[:BEFORE]->(c:Change WHERE c.at >= $since)){1,%d} (last)
                            RETURN last ORDER BY last.seq DESC""".formatted(filter.limit()), parameters).list(row -> row.get("last"));
            List<HostChange> changes = new ArrayList<>();
            JsonNode after = History.body(now.facts());
            for (Value step : steps) {
                JsonNode before = History.undo(after, step.get("patch").asString());
                Alterations differ = Alterations.between(before, after);
                changes.add(new HostChange(
                        candidate.host(),
                        candidate.hostName(),
                        now.facts().key(),
                        HostLoading.instant(step, "at"),
                        step.get("seq").asLong(),
                        differ.shown(),
                        differ.total()));
                after = before;
            }
            return changes;
        });
    }
}
