package dev.muster.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "events", description = "Shows what happened, oldest first; without --after the newest events.")
final class EventsCommand implements Runnable {
    /** Shown before what comes next, so that a reader sees where the stream begins. */
    private static final String LIMIT_BEFORE_FOLLOWING = "10";

    private final Session session;

    @Option(names = "--follow", description = "Go on, and show events as they happen, until Ctrl-C.")
    private boolean follow;

    @Option(names = "--after", paramLabel = "SEQ", description = "Only events with a higher number.")
    private long after = -1;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many (1 to 5000).")
    private int limit;

    EventsCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        String first = after < 0 ? "" : Long.toString(after);
        String most = limit == 0 ? "" : Integer.toString(limit);
        EventLines lines = new EventLines(session.screen());
        if (!follow) {
            session.show("/events", Map.of("after", first, "limit", most), answer -> lines.print(answer.json()));
            return;
        }
        EventStream stream = new EventStream(session.open(), session.screen(), session.pause());
        String before = first.isEmpty() && most.isEmpty() ? LIMIT_BEFORE_FOLLOWING : most;
        stream.follow(
                after < 0 ? OptionalLong.empty() : OptionalLong.of(after), before, event -> showFollowed(event, lines));
    }

    private EventStream.Reader showFollowed(JsonNode event, EventLines lines) {
        if (session.json()) {
            session.screen().out().println(Text.escapeJson(event.toString()));
        } else {
            lines.print(event, session.screen().out());
        }
        // Flushes; true where whoever read our output has gone, such as `head`.
        return session.screen().out().checkError() ? EventStream.Reader.GONE : EventStream.Reader.READS;
    }
}
