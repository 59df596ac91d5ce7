package dev.muster.collector.graph;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.graph.GraphException.Kind;
import dev.muster.collector.graph.GraphReads.QueryLimits;
import dev.muster.collector.graph.GraphReads.QueryResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.neo4j.driver.AccessMode;
import org.neo4j.driver.Driver;
import org.neo4j.driver.Record;
import org.neo4j.driver.Result;
import org.neo4j.driver.Session;
import org.neo4j.driver.SessionConfig;
import org.neo4j.driver.Transaction;
import org.neo4j.driver.TransactionConfig;
import org.neo4j.driver.exceptions.ClientException;
import org.neo4j.driver.exceptions.Neo4jException;
import org.neo4j.driver.summary.ResultSummary;

/** Runs people's Cypher behind the {@link QueryGuard}, within limits of time, rows and size. */
final class PeoplesQueries {
    /** More at once would only share the same two or four cores, and multiply the memory that queries may take. */
    private static final int AT_ONCE = 4;

    /** Few, because the driver holds as many rows before the size limit sees them. */
    private static final int FETCHED_ROWS = 50;

    /** The codes of errors in the text of a query; others are of the transaction. */
    private static final String WHAT_IS_WRITTEN = "Neo.ClientError.Statement.";

    /** On a line of its own, so that columns in messages are those of the query. */
    private static final String EXPLAIN = "EXPLAIN\n";

    private static final Pattern POSITION =
            Pattern.compile("\\(line (\\d{1,9}), column (\\d{1,9}) \\(offset: \\d+\\)\\)");

    private static final SessionConfig READING = SessionConfig.builder()
            .withDatabase("neo4j")
            .withDefaultAccessMode(AccessMode.READ)
            .withFetchSize(FETCHED_ROWS)
            .build();

    private final Driver driver;
    private final Semaphore gate = new Semaphore(AT_ONCE);

    PeoplesQueries(Driver driver) {
        this.driver = driver;
    }

    QueryResult run(String cypher, Map<String, Object> parameters, QueryLimits limits) {
        QueryGuard.checkText(cypher);
        if (!gate.tryAcquire()) {
            throw new GraphException(Kind.TRANSIENT, AT_ONCE + " queries are running already; ask again in a moment.");
        }
        try (Session session = driver.session(READING)) {
            return guarded(session, cypher, parameters, limits);
        } catch (Neo4jException e) {
            throw refused(e, limits);
        } catch (IllegalStateException e) {
            throw new GraphException(Kind.CLOSED, "The graph is closed: " + e.getMessage(), e);
        } finally {
            gate.release();
        }
    }

    private static QueryResult guarded(
            Session session, String cypher, Map<String, Object> parameters, QueryLimits limits) {
        var timed = TransactionConfig.builder().withTimeout(limits.time()).build();
        try (Transaction tx = session.beginTransaction(timed)) {
            QueryGuard.checkPlan(explain(tx, cypher, parameters));
            return collect(tx.run(cypher, parameters), limits);
        }
    }

    private static ResultSummary explain(Transaction tx, String cypher, Map<String, Object> parameters) {
        try {
            return tx.run(EXPLAIN + cypher, parameters).consume();
        } catch (ClientException e) {
            if (!e.code().startsWith(WHAT_IS_WRITTEN)) {
                throw e;
            }
            throw new GraphException(Kind.REFUSED, positioned(String.valueOf(e.getMessage())), e);
        }
    }

    /** The server's message for what the person wrote: without our first line, and without the echo of the query. */
    private static String positioned(String message) {
        Matcher position = POSITION.matcher(message.lines().findFirst().orElse(""));
        return position.replaceFirst(
                at -> "(line " + (Integer.parseInt(at.group(1)) - 1) + ", column " + at.group(2) + ")");
    }

    /** Leaves the rest unfetched: closing the transaction stops the query. */
    private static QueryResult collect(Result result, QueryLimits limits) {
        List<List<JsonNode>> rows = new ArrayList<>();
        long bytes = 0;
        while (result.hasNext()) {
            if (rows.size() == limits.rows()) {
                return new QueryResult(result.keys(), rows, Optional.of("more than " + limits.rows() + " rows"));
            }
            Record record = result.next();
            var json = new ResultJson(limits.bytes() - bytes);
            List<JsonNode> row = json.row(record.values());
            bytes += json.bytes();
            if (bytes > limits.bytes()) {
                return new QueryResult(result.keys(), rows, Optional.of("more than " + limits.bytes() + " bytes"));
            }
            rows.add(row);
        }
        return new QueryResult(result.keys(), rows, Optional.empty());
    }

    private static GraphException refused(Neo4jException e, QueryLimits limits) {
        if (e.code().contains("TransactionTimedOut") || e.code().contains("Terminated")) {
            return new GraphException(
                    Kind.REFUSED,
                    "The query took longer than " + limits.time().toSeconds()
                            + " s and was stopped. Bound its paths, start from fewer nodes, or return less.",
                    e);
        }
        if (e.code().contains("OutOfMemory")) {
            return new GraphException(
                    Kind.REFUSED,
                    "The query needs more than " + GraphConfig.TRANSACTION_MEBIBYTES
                            + " MiB of memory and was stopped. Aggregate earlier, or return less.",
                    e);
        }
        return new GraphException(Kind.REFUSED, String.valueOf(e.getMessage()), e);
    }
}
