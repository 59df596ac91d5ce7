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
            throw closed(e);
        }
    }

    static <T> T write(Driver driver, TransactionCallback<T> work) {
        try (Session session = driver.session()) {
            return session.executeWrite(work);
        } catch (Neo4jException e) {
            throw translated(e);
        } catch (IllegalStateException e) {
            throw closed(e);
        }
    }

    /** Too large once is too large always, though the server calls it transient. */
    static boolean isTooLarge(Neo4jException e) {
        return e.code().contains("OutOfMemory");
    }

    static GraphException translated(Neo4jException e) {
        Kind kind = e instanceof RetryableException && !isTooLarge(e) ? Kind.TRANSIENT : Kind.FAILED;
        return new GraphException(kind, "The graph did not do it: " + e.getMessage(), e);
    }

    static GraphException closed(IllegalStateException e) {
        return new GraphException(Kind.CLOSED, "The graph is closed: " + e.getMessage(), e);
    }
}
