package dev.muster.collector.graph;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.neo4j.driver.Driver;
import org.neo4j.driver.Session;
import org.neo4j.driver.Transaction;
import org.neo4j.driver.exceptions.Neo4jException;

/**
 * Statements of commits, each run once over no rows, so that nobody waits while the graph plans it for the first time. For one worker; calls
 * block on the graph.
 *
 * <p>Measured on two cores: a statement takes 25 to 80 ms the first time and 2 to 3 ms from then on, and a host's first facts need about
 * fifty. Neo4j keeps one plan for transactions that have written and another for those that have not, so each begins as a commit does.
 * {@code EXPLAIN} makes the plan too, but leaves unloaded what runs it: the first run then takes 10 ms.
 */
public final class Rehearsal {
    private final Driver driver;
    private final Deque<String> left;
    private final Ledger.Probe probe;

    Rehearsal(Driver driver, List<String> statements, Ledger.Probe probe) {
        this.driver = driver;
        this.left = new ArrayDeque<>(statements);
        this.probe = probe;
    }

    public boolean isOver() {
        return left.isEmpty();
    }

    /**
     * Runs the next statement, and takes it back: the graph stays as it is.
     *
     * @throws GraphException where the graph fails; then it is over
     */
    public void next() {
        String cypher = left.remove();
        try {
            rehearse(cypher);
        } catch (RuntimeException e) {
            left.clear();
            throw e;
        }
    }

    private void rehearse(String cypher) {
        try (Session session = driver.session();
                Transaction tx = session.beginTransaction()) {
            probe.rehearses(cypher);
            Ledger.release(tx, Ledger.lock(tx));
            tx.run(cypher, Rows.batch(List.of())).consume();
            tx.rollback();
        } catch (Neo4jException e) {
            throw Bolt.translated(e);
        } catch (IllegalStateException e) {
            throw Bolt.closed(e);
        }
    }
}
