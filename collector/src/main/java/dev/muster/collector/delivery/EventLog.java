package dev.muster.collector.delivery;

import dev.muster.collector.model.Event;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes one line an event to standard output and to syslog. A log, not a delivery: {@link #log} never blocks, and where
 * a place is slow or gone its lines are dropped and counted. Each place has a queue and a thread of its own, so that one
 * that hangs does not hold up the other.
 */
public final class EventLog implements AutoCloseable {
    /** A burst of that many events waits for a slow receiver; at 2 KiB a line that is 4 MiB at most. */
    static final int QUEUE_LINES = 2_048;

    private static final long CLOSE_GRACE_MILLIS = 2_000;

    /** No line is empty, so this tells a place's thread that nothing follows. */
    private static final byte[] END = {};

    private final SyslogLine line;
    private final List<Place> places;
    private final AtomicLong dropped = new AtomicLong();

    /**
     * Opens the log.
     *
     * @param collector this machine's name
     * @param out standard output; stays open
     */
    public static EventLog open(EventLogConfig config, String collector, OutputStream out) {
        var sinks = new ArrayList<LineSink>();
        if (config.output() == EventLogConfig.Output.STDOUT) {
            sinks.add(new LineSinks.Stream(out));
        }
        config.syslog().map(LineSinks::of).ifPresent(sinks::add);
        return new EventLog(new SyslogLine(config.facility(), collector), sinks);
    }

    EventLog(SyslogLine line, List<LineSink> sinks) {
        this.line = line;
        this.places = sinks.stream().map(Place::new).toList();
    }

    /** From any thread, in the order in which lines should stand; never blocks. */
    public void log(Event event) {
        if (places.isEmpty()) {
            return;
        }
        byte[] bytes = line.of(event);
        for (Place place : places) {
            if (!place.queue.offer(bytes)) {
                dropped.incrementAndGet();
            }
        }
    }

    /** Lines that did not reach a place: its queue was full, or writing failed. */
    public long dropped() {
        return dropped.get();
    }

    /** Writes what is queued, for a few seconds a place at most. */
    @Override
    public void close() {
        places.forEach(Place::close);
    }

    private final class Place {
        private final LineSink sink;
        private final ArrayBlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(QUEUE_LINES);
        private final Thread thread;

        Place(LineSink sink) {
            this.sink = sink;
            this.thread = Thread.ofVirtual().name("event-log").start(this::drain);
        }

        private void drain() {
            try {
                for (byte[] next = queue.take(); next.length > 0; next = queue.take()) {
                    write(next);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void write(byte[] bytes) {
            try {
                sink.write(bytes);
            } catch (IOException e) {
                dropped.incrementAndGet();
            }
        }

        void close() {
            try {
                if (!queue.offer(END, CLOSE_GRACE_MILLIS, TimeUnit.MILLISECONDS)
                        || !thread.join(Duration.ofMillis(CLOSE_GRACE_MILLIS))) {
                    // It hangs in its sink: what is queued will not be written.
                    dropped.addAndGet(queue.size());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                sink.close();
                thread.interrupt();
            }
        }
    }
}
