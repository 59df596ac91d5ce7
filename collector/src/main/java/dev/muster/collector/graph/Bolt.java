package dev.muster.collector.graph;

import dev.muster.collector.graph.GraphException.Kind;
import org.neo4j.driver.AccessMode;
import org.neo4j.driver.Driver;
import org.neo4j.driver.Session;
import org.neo4j.driver.SessionConfig;
import org.neo4j.driver.TransactionCallback;
import org.neo4j.driver.exceptions.Neo4jException;
import org.neo4j.driver.exceptions.RetryableException;

/** Transactions, and what their failures mean. */
final class Bolt {
    static final SessionConfig READING =
            SessionConfig.builder().withDefaultAccessMode(AccessMode.READ).build();

    private Bolt() {}

    static <T> T read(Driver driver, TransactionCallback<T> work) {
        try (Session session = driver.session(READING)) {
            return session.executeRead(work);
        } catch (Neo4jException e) {
            throw translated(e);
        } catch (IllegalStateException e) {
            throw new GraphException(Kind.CLOSED, "The graph is closed: " + e.getMessage(), e);
        }
    }

    static <T> T write(Driver driver, TransactionCallback<T> work) {
        try (Session session = driver.session()) {
            return session.executeWrite(work);
        } catch (Neo4jException e) {
            throw translated(e);
        } catch (IllegalStateException e) {
            throw new GraphException(Kind.CLOSED, "The graph is closed: " + e.getMessage(), e);
        }
    }

    static GraphException translated(Neo4jException e) {
        // Too large once is too large always, whatever the server calls it.
        boolean tooLarge = e.code().contains("OutOfMemory");
        Kind kind = e instanceof RetryableException && !tooLarge ? Kind.TRANSIENT : Kind.FAILED;
        return new GraphException(kind, "The graph did not do it: " + e.getMessage(), e);
    }
}
