package dev.muster.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "changes",
        description = {
            "Shows what changed on hosts, newest first: which value of which facts, what it was and what it is.",
            "What a host reports for the first time is no change."
        })
final class ChangesCommand implements Runnable {
    /** A value longer than this says nothing more by being shown whole; {@code --json} has more of it. */
    private static final int MAX_VALUE_CHARACTERS = 200;

    private final Session session;

    @Parameters(index = "0", arity = "0..1", paramLabel = "HOST", description = "Only of this host, by name or id.")
    private String host = "";

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Back to then: 2026-11-20, 2026-11-20T14:00, or 2h, 3d ago. A day when not given.")
    private String since = "";

    @Option(names = "--type", paramLabel = "TYPE", description = "Only of this kind of facts, for example packages.")
    private String type = "";

    @Option(names = "--limit", paramLabel = "N", description = "At most so many changes (1 to 1000).")
    private int limit;

    ChangesCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        Map<String, String> parameters = Map.of(
                "host",
                host,
                "since",
                Times.typed(since, session.screen().zone()),
                "type",
                type,
                "limit",
                limit == 0 ? "" : Integer.toString(limit));
        session.show("/changes", parameters, this::layOut);
    }

    private void layOut(Answer answer) {
        JsonNode changes = answer.json().path("changes");
        changes.forEach(this::print);
        if (changes.isEmpty()) {
            session.screen().out().println("No changes.");
        }
        if (answer.json().path("more").asBoolean()) {
            session.screen().note("there are older changes than these; ask for one host or type, or with --limit");
        }
    }

    private void print(JsonNode change) {
        Screen screen = session.screen();
        PrintStream out = screen.out();
        String instance = change.path("instance").asText();
        String facts = change.path("type").asText() + (instance.isEmpty() ? "" : ":" + instance);
        out.println(Times.second(change.path("at").asText(), screen.zone()) + "  "
                + screen.style(
                        Screen.Style.HEADING,
                        Text.escape(change.path("host_name").asText())) + "  "
                + Text.escape(facts));
        for (JsonNode one : change.path("changed")) {
            out.println("    " + Text.escape(place(one.path("path").asText())) + "  " + difference(one));
        }
        int more = change.path("changed_total").asInt() - change.path("changed").size();
        if (more > 0) {
            out.println("    and " + more + " more");
        }
    }

    /** The data is what people look for, so it goes without saying. */
    private static String place(String path) {
        return path.startsWith("/data/")
                ? path.substring("/data/".length())
                : path.substring(Math.min(1, path.length()));
    }

    private static String difference(JsonNode one) {
        if (!one.has("before")) {
            return "+ " + value(one.path("after"));
        }
        if (!one.has("after")) {
            return "- " + value(one.path("before"));
        }
        return value(one.path("before")) + " → " + value(one.path("after"));
    }

    private static String value(JsonNode value) {
        String text = value.isTextual() ? value.textValue() : value.toString();
        if (text.length() <= MAX_VALUE_CHARACTERS) {
            return Text.escape(text);
        }
        int cut = MAX_VALUE_CHARACTERS - (Character.isHighSurrogate(text.charAt(MAX_VALUE_CHARACTERS - 1)) ? 1 : 0);
        return Text.escape(text.substring(0, cut)) + "…";
    }
}
