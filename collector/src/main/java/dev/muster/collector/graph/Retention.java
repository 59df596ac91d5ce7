package dev.muster.collector.graph;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.neo4j.driver.Driver;

/**
 * Drops what is older than it is to be kept, some at a time, so that commits never wait long: each batch takes the lock that commits take.
 * A run does a bounded part; what is left, the next run does.
 */
public final class Retention {
    private static final int BATCH = 500;
    private static final int BATCHES_A_RUN = 200;

    private final Driver driver;
    private final ProjectionStatements projecting;
    private final Periods periods;

    Retention(Driver driver, ProjectionStatements projecting, Periods periods) {
        this.driver = driver;
        this.projecting = projecting;
        this.periods = periods;
    }

    /**
     * How long things are kept.
     *
     * @param history changes of facts and verdicts, and events. Half of it halves their part of the store, about 440 bytes a change
     * @param deliveries settled rows of the outbox
     */
    public record Periods(Duration history, Duration deliveries, Duration deadLetters) {
        public static final Periods DEFAULT =
                new Periods(Duration.ofDays(400), Duration.ofDays(90), Duration.ofDays(30));
    }

    /** What a run dropped; days of scores are among the changes. */
    public record Dropped(long changes, long events, long deliveries, long deadLetters, long endedEdges) {
        public long total() {
            return changes + events + deliveries + deadLetters + endedEdges;
        }
    }

    /**
     * Blocks on the graph, from any thread.
     *
     * @throws GraphException where the graph does not answer; what was dropped until then stays dropped
     */
    public Dropped run(Instant now) {
        Instant history = now.minus(periods.history());
        noteHistory(history);
        long ended = 0;
        for (ProjectionStatements.Lingered lingered : projecting.lingered()) {
            ended += drop(lingered.cypher(), now.minus(lingered.lingers()));
        }
        return new Dropped(
                drop("MATCH (n:Change) WHERE n.at < $at", "n", history)
                        + drop("MATCH (n:ScoreDay) WHERE n.day < date($at)", "n", history),
                drop("MATCH (n:Event) WHERE n.at < $at", "n", history),
                drop("MATCH (n:Outbox) WHERE n.settledAt < $at", "n", now.minus(periods.deliveries())),
                drop("MATCH (n:DeadLetter) WHERE n.at < $at", "n", now.minus(periods.deadLetters())),
                ended);
    }

    /** Before anything goes, so that nobody takes a history that was cut for a whole one. */
    private void noteHistory(Instant since) {
        Bolt.write(driver, tx -> tx.run("""
                        MATCH (m:Meta {id: 1})
                        WHERE EXISTS { MATCH (c:Change) WHERE c.at < $at } AND coalesce(m.historySince, $at) <= $at
                        SET m.historySince = $at""", Map.of("at", Rows.time(since))).consume());
    }

    private long drop(String match, String what, Instant before) {
        return drop(
                match + " WITH " + what + " LIMIT $limit DETACH DELETE " + what + " RETURN count(*) AS done", before);
    }

    private long drop(String cypher, Instant before) {
        Map<String, Object> parameters = Map.of("at", Rows.time(before), "limit", BATCH);
        long all = 0;
        for (int batch = 0; batch < BATCHES_A_RUN; batch++) {
            long done = Bolt.write(driver, tx -> {
                tx.run("MATCH (m:Meta {id: 1}) SET m.lock = true REMOVE m.lock").consume();
                return tx.run(cypher, parameters).single().get("done").asLong();
            });
            all += done;
            if (done < BATCH) {
                break;
            }
        }
        return all;
    }
}
