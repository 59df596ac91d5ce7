package dev.muster.collector.api;

import dev.muster.collector.graph.GraphReads;
import dev.muster.collector.model.CommitListener;
import dev.muster.collector.model.Event;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The event streams. Each client has one virtual thread that reads from the graph what comes after the last event it sent, and sleeps
 * when there is nothing; so there is no queue a slow client could fill, and a client that reads nothing blocks only its own thread
 * until the connection's idle timeout ends it.
 *
 * <p>Made before apply, which tells it of commits, and handed to {@link HttpApi}, which needs apply and ends the streams.
 */
public final class EventFeed implements CommitListener {
    /** Each costs a thread's stack and a batch of events. */
    private static final int MAX_CLIENTS = 64;

    private static final int BATCH_EVENTS = 100;

    /** As docs/api.md promises; clients take three missed comments for a dead collector. */
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

    private final GraphReads reads;
    private final Duration keepAlive;
    private final Semaphore clients = new Semaphore(MAX_CLIENTS);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();

    /** Guarded by lock. */
    private long commits;

    /** Guarded by lock. */
    private boolean closed;

    public EventFeed(GraphReads reads) {
        this(reads, KEEP_ALIVE);
    }

    /** With another time between two comments on a stream. */
    EventFeed(GraphReads reads, Duration keepAlive) {
        this.reads = reads;
        this.keepAlive = keepAlive;
    }

    @Override
    public void committed(List<Event> events, OutboxChange outbox) {
        if (events.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            commits++;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends all streams; clients come back when there is a collector again. */
    void close() {
        lock.lock();
        try {
            closed = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Sends events until the client is gone or the collector stops. */
    void serve(Context context, long after) throws IOException {
        if (isClosed()) {
            throw Problem.unavailable("The collector is stopping.");
        }
        if (!clients.tryAcquire()) {
            throw Problem.busy("There are " + MAX_CLIENTS + " event streams open.");
        }
        try {
            stream(context, after);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            clients.release();
        }
    }

    private void stream(Context context, long after) throws IOException, InterruptedException {
        context.contentType("text/event-stream");
        OutputStream out = context.res().getOutputStream();
        send(out, ": muster\n\n");
        long last = after;
        // Counted before the read: a commit between the read and the wait then ends the wait at once.
        for (long seen = commits(); !isClosed(); seen = awaitCommitAfter(seen, out)) {
            List<Event> events = reads.events(last, BATCH_EVENTS);
            while (!events.isEmpty()) {
                StringBuilder batch = new StringBuilder();
                events.forEach(event -> batch.append("id: ")
                        .append(event.seq())
                        .append("\ndata: ")
                        .append(Answers.event(event))
                        .append("\n\n"));
                send(out, batch.toString());
                last = events.getLast().seq();
                events = isClosed() ? List.of() : reads.events(last, BATCH_EVENTS);
            }
        }
    }

    /** Waits for a commit after {@code seen}, with a comment now and then, which is also how a client that is gone is noticed. */
    private long awaitCommitAfter(long seen, OutputStream out) throws IOException, InterruptedException {
        while (!newsAfter(seen)) {
            send(out, ": alive\n\n");
        }
        return commits();
    }

    /** Waits; false after the keep-alive time without news. */
    private boolean newsAfter(long seen) throws InterruptedException {
        lock.lock();
        try {
            long nanos = keepAlive.toNanos();
            while (commits == seen && !closed) {
                if (nanos <= 0) {
                    return false;
                }
                nanos = news.awaitNanos(nanos);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private long commits() {
        lock.lock();
        try {
            return commits;
        } finally {
            lock.unlock();
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
