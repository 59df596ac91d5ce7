package dev.muster.collector.api;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;

/**
 * Ends connections whose requests trickle in. The idle timeout alone would let a client keep a connection for ever at one byte every
 * half minute, and 256 such bytes would shut everybody out.
 *
 * <p>Looks at each connection once an interval and ends it when no request came in the first interval, or when in two intervals on
 * end bytes came in and no answer went out. A long query or an event stream sends its request once and is left alone.
 */
final class SlowClients implements Connection.Listener {
    private final Later later;
    private final Duration interval;
    private final Map<Connection, Seen> open = new ConcurrentHashMap<>();

    SlowClients(Later later, Duration interval) {
        this.later = later;
        this.interval = interval;
    }

    /** Runs a task after a time; Jetty's scheduler, or a test's. */
    @FunctionalInterface
    interface Later {
        void run(Runnable task, Duration delay);
    }

    /** What a connection had carried at the last look, and in how many intervals on end it was slow. */
    private record Seen(long bytesIn, long answers, int slowIntervals) {}

    @Override
    public void onOpened(Connection connection) {
        if (!(connection instanceof SslConnection)) {
            open.put(connection, new Seen(0, 0, 0));
            lookLater(connection);
        }
    }

    @Override
    public void onClosed(Connection connection) {
        open.remove(connection);
    }

    private void lookLater(Connection connection) {
        later.run(() -> look(connection), interval);
    }

    private void look(Connection connection) {
        Seen now = open.computeIfPresent(connection, (key, last) -> next(last, connection));
        if (now == null) {
            return;
        }
        if (now.bytesIn() == 0 || now.slowIntervals() >= 2) {
            connection.close();
            return;
        }
        lookLater(connection);
    }

    private static Seen next(Seen last, Connection connection) {
        long bytes = connection.getBytesIn();
        long answers = connection.getMessagesOut();
        boolean slow = bytes > last.bytesIn() && answers == last.answers();
        return new Seen(bytes, answers, slow ? last.slowIntervals() + 1 : 0);
    }
}
