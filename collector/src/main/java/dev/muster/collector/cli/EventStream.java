package dev.muster.collector.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Follows the collector's events, through restarts of the collector and breaks of the line: each event once, in order, none left out.
 *
 * <p>What makes it so is that every connection begins after the last event seen, by its number.
 */
final class EventStream {
    /** Between attempts; the last one again and again. */
    private static final int[] BACK_OFF_SECONDS = {1, 2, 4, 8, 15, 30};

    private final ApiClient client;
    private final Screen screen;
    private final Session.Pause pause;

    private OptionalLong last = OptionalLong.empty();
    private int failures;

    EventStream(ApiClient client, Screen screen, Session.Pause pause) {
        this.client = client;
        this.screen = screen;
        this.pause = pause;
    }

    /** What became of whoever reads the output. */
    enum Reader {
        READS,
        GONE
    }

    /**
     * Returns when the reader is gone or this thread is interrupted.
     *
     * @param after the number after which to begin
     * @param before where {@code after} is empty, how many of the newest events to begin with
     * @throws CliException where the first connection fails, and at any time when the collector refuses
     */
    void follow(OptionalLong after, String before, Function<JsonNode, Reader> show) {
        last = after;
        boolean connected = false;
        while (!Thread.currentThread().isInterrupted()) {
            try (InputStream stream = connect(before)) {
                connected = true;
                if (read(stream, show) == Reader.GONE) {
                    return;
                }
            } catch (CliException failed) {
                if (!connected || failed.exitCode() != CliException.NOT_REACHABLE) {
                    throw failed;
                }
            } catch (IOException lost) {
                // The collector stopped, or the line broke: both are mended by connecting again.
            }
            waitBeforeNext();
        }
    }

    private InputStream connect(String before) {
        if (last.isEmpty()) {
            return client.stream("/events", Map.of("limit", before), Map.of());
        }
        String id = Long.toString(last.getAsLong());
        return client.stream("/events", Map.of("after", id), Map.of("Last-Event-ID", id));
    }

    private Reader read(InputStream stream, Function<JsonNode, Reader> show) throws IOException {
        SseParser parser = new SseParser();
        try (SseLines lines = new SseLines(stream)) {
            for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
                if (failures > 0) {
                    screen.note("connected again");
                    failures = 0;
                }
                Optional<SseParser.Message> message = parser.line(line.get());
                if (message.isPresent() && take(message.get(), show) == Reader.GONE) {
                    return Reader.GONE;
                }
            }
        }
        return Reader.READS;
    }

    private Reader take(SseParser.Message message, Function<JsonNode, Reader> show) throws IOException {
        JsonNode event;
        try {
            event = ApiClient.JSON.readTree(message.data());
        } catch (JsonProcessingException garbled) {
            throw new IOException("an event that is no JSON", garbled);
        }
        long seq = event.path("seq").asLong();
        if (last.isPresent() && seq <= last.getAsLong()) {
            return Reader.READS;
        }
        last = OptionalLong.of(seq);
        return show.apply(event);
    }

    private void waitBeforeNext() {
        int seconds = BACK_OFF_SECONDS[Math.min(failures, BACK_OFF_SECONDS.length - 1)];
        if (failures == 0) {
            screen.note("the connection to the collector is lost; trying again until it is back");
        }
        failures++;
        pause.seconds(seconds);
    }
}
