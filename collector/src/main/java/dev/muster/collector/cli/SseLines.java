package dev.muster.collector.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The lines of a stream that says something every 15 seconds, or is dead: a collector that vanished without closing its connection
 * would otherwise be waited for for ever. A virtual thread reads, at most {@value #QUEUED_LINES} lines ahead.
 */
final class SseLines implements AutoCloseable {
    /** Three comments missed. */
    private static final int SILENCE_SECONDS = 45;

    private static final int QUEUED_LINES = 64;

    /** A first report of a host with hundreds of findings is below one megabyte. */
    private static final int MAX_LINE_BYTES = 16 << 20;

    private sealed interface Read {
        record Line(String text) implements Read {}

        record End() implements Read {}
    }

    private final InputStream stream;
    private final Thread reader;
    private final BlockingQueue<Read> queue = new ArrayBlockingQueue<>(QUEUED_LINES);

    SseLines(InputStream stream) {
        this.stream = stream;
        this.reader = Thread.ofVirtual().name("muster-events").start(this::readAll);
    }

    /**
     * Waits for the next line.
     *
     * @return empty at the end of the stream
     * @throws IOException after {@value #SILENCE_SECONDS} seconds of silence
     */
    Optional<String> next() throws IOException {
        try {
            return switch (queue.poll(SILENCE_SECONDS, TimeUnit.SECONDS)) {
                case null -> throw new IOException("the collector fell silent");
                case Read.Line line -> Optional.of(line.text());
                case Read.End end -> Optional.empty();
            };
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    @Override
    public void close() throws IOException {
        reader.interrupt();
        stream.close();
    }

    private void readAll() {
        try {
            try {
                for (Optional<String> line = readLine(); line.isPresent(); line = readLine()) {
                    queue.put(new Read.Line(line.get()));
                }
            } catch (IOException broken) {
                // The same to the reader of lines as an end: it connects again.
            }
            queue.put(new Read.End());
        } catch (InterruptedException closed) {
            // Nobody waits for another line.
        }
    }

    private Optional<String> readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        for (int b = stream.read(); b >= 0; b = stream.read()) {
            if (b == '\n') {
                return Optional.of(line.toString(StandardCharsets.UTF_8).stripTrailing());
            }
            if (line.size() >= MAX_LINE_BYTES) {
                throw new IOException("a line of more than " + MAX_LINE_BYTES + " bytes");
            }
            line.write(b);
        }
        return Optional.empty();
    }
}
