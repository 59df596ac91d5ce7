package dev.muster.collector.graph;

import dev.muster.collector.model.Outbox;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.neo4j.driver.Driver;
import org.neo4j.driver.Record;
import org.neo4j.driver.TransactionContext;
import org.neo4j.driver.Value;

/**
 * One route of the outbox as its delivery worker sees it, but for refusals: these make an event, and only apply makes events. A row is pending while it
 * has {@code due}, settled once it has {@code settledAt}.
 */
public final class OutboxRows {
    private static final String UNCLAIMED = "(o.claimedUntil IS NULL OR o.claimedUntil <= $now)";

    private final Driver driver;
    private final String route;

    OutboxRows(Driver driver, String route) {
        this.driver = driver;
        this.route = route;
    }

    /** See {@link Outbox#claim}. Rows are locked before they are looked at again, so two workers never claim the same. */
    public List<Outbox.Row> claim(String worker, Instant now, Duration lease, int limit) {
        String cypher = """
                MATCH (o:Outbox) WHERE o.due <= $now AND o.route = $route AND %s
                WITH o ORDER BY o.created, o.id LIMIT $limit
                SET o.touched = true
                WITH o WHERE o.due <= $now AND %s
                SET o.claimedBy = $worker, o.claimedUntil = $until
                REMOVE o.mergeKey
                RETURN o ORDER BY o.created, o.id""".formatted(UNCLAIMED, UNCLAIMED);
        Map<String, Object> parameters = Map.of(
                "now",
                Rows.time(now),
                "until",
                Rows.time(now.plus(lease)),
                "route",
                route,
                "worker",
                worker,
                "limit",
                limit);
        return Bolt.write(driver, tx -> rows(tx, tx.run(cypher, parameters).list(row -> row.get("o"))));
    }

    /** See {@link Outbox#voidClaims}. */
    public void voidClaims() {
        run(
                "MATCH (o:Outbox) WHERE o.claimedUntil IS NOT NULL AND o.route = $route REMOVE o.claimedBy, o.claimedUntil",
                Map.of("route", route));
    }

    private static List<Outbox.Row> rows(TransactionContext tx, List<Value> nodes) {
        List<Outbox.Row> rows = new ArrayList<>();
        for (Value node : nodes) {
            List<Record> events = tx.run(
                            "MATCH (e:Event) WHERE e.seq IN $seqs RETURN e ORDER BY e.seq",
                            Map.of("seqs", node.get("events").asObject()))
                    .list();
            rows.add(new Outbox.Row(
                    node.get("id").asString(),
                    node.get("route").asString(),
                    events.stream().map(row -> BoltReads.event(row.get("e"))).toList(),
                    HostLoading.instant(node, "created"),
                    node.get("attempts").asInt()));
        }
        return rows;
    }

    /** See {@link Outbox#delivered}. The rows of one call count as one delivery. */
    public void delivered(List<Outbox.Row> rows, Instant at) {
        if (rows.isEmpty()) {
            return;
        }
        run(
                """
                MATCH (o:Outbox) WHERE o.id IN $ids AND o.settledAt IS NULL
                SET o.settledAt = $at, o.outcome = 'delivered', o.delivery = $delivery
                REMOVE o.due, o.claimedBy, o.claimedUntil, o.mergeKey""",
                Map.of(
                        "ids",
                        rows.stream().map(Outbox.Row::id).toList(),
                        "at",
                        Rows.time(at),
                        "delivery",
                        rows.getFirst().id()));
    }

    /** See {@link Outbox#retry}. */
    public void retry(Outbox.Row row, Instant nextAttempt, String error) {
        run("""
                MATCH (o:Outbox {id: $id}) WHERE o.settledAt IS NULL
                SET o.due = $due, o.attempts = o.attempts + 1, o.error = $error
                REMOVE o.claimedBy, o.claimedUntil""", Map.of("id", row.id(), "due", Rows.time(nextAttempt), "error", error));
    }

    /** See {@link Outbox#deliveredSince}. */
    public int deliveredSince(Instant since) {
        return Bolt.read(
                driver,
                tx -> tx.run("""
                        MATCH (o:Outbox) WHERE o.settledAt >= $since AND o.outcome = 'delivered' AND o.route = $route
                        RETURN count(DISTINCT o.delivery) AS deliveries""", Map.of("since", Rows.time(since), "route", route))
                        .single()
                        .get("deliveries")
                        .asInt());
    }

    /** See {@link Outbox#nextDue}. A claimed row falls due when its claim lapses. */
    public Instant nextDue() {
        return Bolt.read(driver, tx -> {
            Value due = tx.run("""
                            MATCH (o:Outbox) WHERE o.due IS NOT NULL AND o.route = $route
                            RETURN min(CASE WHEN o.claimedUntil > o.due THEN o.claimedUntil ELSE o.due END) AS due""", Map.of("route", route)).single().get("due");
            return due.isNull() ? Instant.MAX : due.asOffsetDateTime().toInstant();
        });
    }

    private void run(String cypher, Map<String, Object> parameters) {
        Bolt.write(driver, tx -> tx.run(cypher, new HashMap<>(parameters)).consume());
    }
}
