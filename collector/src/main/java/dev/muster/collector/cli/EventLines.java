package dev.muster.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.List;

/** Events, one a line. Columns have a fixed width, because the next line is not known when one is printed. */
final class EventLines {
    private static final int SEQ_COLUMNS = 6;
    private static final int TYPE_COLUMNS = 19;
    private static final int HOST_COLUMNS = 16;

    private final Screen screen;
    private boolean headed;

    EventLines(Screen screen) {
        this.screen = screen;
    }

    /** Prints all events of an answer. */
    void print(JsonNode page) {
        if (page.path("events").isEmpty()) {
            screen.note("no events");
        }
        page.path("events").forEach(event -> print(event, screen.out()));
    }

    void print(JsonNode event, PrintStream out) {
        if (!headed) {
            headed = true;
            out.println(screen.style(Screen.Style.HEADING, line("SEQ", "TIME", "EVENT", "HOST", "SUMMARY")));
        }
        String time = Times.second(event.path("at").asText(), screen.zone());
        String lead = line(
                event.path("seq").asText(),
                time,
                event.path("type").asText(),
                event.path("host_name").asText("-"),
                "");
        String summary = event.path("summary").asText();
        if (screen.width().isEmpty() || screen.width().getAsInt() - Text.width(lead) < 30) {
            out.println(lead + Text.escape(summary));
            return;
        }
        List<String> lines =
                Text.wrap(Text.escape(summary), screen.width().getAsInt() - Text.width(lead), Text.LongWords.KEEP);
        out.println(lead + lines.getFirst());
        lines.stream().skip(1).forEach(line -> out.println(" ".repeat(Text.width(lead)) + line));
    }

    private static String line(String seq, String time, String type, String host, String summary) {
        return "%s  %s  %s  %s  %s"
                .formatted(
                        Table.Column.right("").align(Text.escape(seq), SEQ_COLUMNS),
                        Text.pad(Text.escape(time), 19),
                        Text.pad(Text.escape(type), TYPE_COLUMNS),
                        Text.pad(Text.escape(host), HOST_COLUMNS),
                        summary);
    }
}
