package dev.muster.collector.cli;

import static dev.muster.collector.cli.Table.Column.left;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "waivers", description = "Lists which failures were accepted, by whom, why and until when.")
final class WaiversCommand implements Runnable {
    private final Session session;

    @Option(names = "--all", description = "Those that have ended, too.")
    private boolean all;

    WaiversCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        session.show("/waivers", Map.of("state", all ? "any" : ""), this::layOut);
    }

    private void layOut(Answer answer) {
        JsonNode waivers = answer.json().path("waivers");
        if (waivers.isEmpty()) {
            session.screen().note("no failure is accepted; see muster waive --help");
            return;
        }
        Table table = Table.of(
                left("ID"), left("RULE"), left("ON"), left("OWNER"), left("UNTIL"), left("REASON"), left("ENDED"));
        for (JsonNode waiver : waivers) {
            table.add(
                    waiver.path("id").asText(),
                    waiver.path("rule").asText(),
                    scope(waiver),
                    waiver.path("owner").asText(),
                    Times.minute(waiver.path("until").asText(), session.screen().zone()),
                    waiver.path("reason").asText(),
                    waiver.has("ended")
                            ? Times.minute(
                                            waiver.path("ended").asText(),
                                            session.screen().zone())
                                    + ", " + waiver.path("how").asText()
                            : "");
        }
        table.print(session.screen());
    }

    static String scope(JsonNode waiver) {
        List<String> parts = new ArrayList<>();
        for (String kind : List.of("host", "role", "label")) {
            if (waiver.has(kind)) {
                parts.add(kind + " " + waiver.path(kind).asText());
            }
        }
        return String.join(", ", parts);
    }

    @Command(name = "end", description = "Ends a waiver now: what it accepted fails again, and is mailed.")
    static final class End implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "ID", description = "As muster waivers shows it.")
        private String id = "";

        @Option(names = "--by", paramLabel = "NAME", description = "Who ends it, for the record.")
        private String by = "";

        End(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            ObjectNode body = JsonNodeFactory.instance.objectNode().put("by", by);
            session.show(
                    "/waivers/" + ApiClient.segment(id) + "/end",
                    body,
                    answer -> session.screen()
                            .note("ended: " + answer.json().path("id").asText()));
        }
    }

    @Command(
            name = "waive",
            description = {
                "Accepts that a rule fails on hosts: for a reason, by somebody, until a day.",
                "Its findings are closed without a mail. When it ends, what still fails is open again, and mailed."
            })
    static final class Waive implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "RULE", description = "Its id, or a pattern of ids such as 'mnt-*'.")
        private String rule = "";

        @Option(names = "--host", paramLabel = "NAME", description = "Name or id, or a pattern such as 'web-*'.")
        private String host = "";

        @Option(names = "--role", paramLabel = "ROLE", description = "Only hosts with this role.")
        private String role = "";

        @Option(names = "--label", paramLabel = "LABEL", description = "Only hosts with this label.")
        private String label = "";

        @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why that is acceptable.")
        private String reason = "";

        @Option(names = "--owner", required = true, paramLabel = "NAME", description = "Who answers for it.")
        private String owner = "";

        @Option(
                names = "--until",
                required = true,
                paramLabel = "TIME",
                description = "When it ends: 2027-03-31, 2027-03-31T14:00, or 90d from now; at most a year.")
        private String until = "";

        Waive(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            ObjectNode body = JsonNodeFactory.instance.objectNode().put("rule", rule);
            Map.of("host", host, "role", role, "label", label).forEach((name, text) -> {
                if (!text.isEmpty()) {
                    body.put(name, text);
                }
            });
            body.put("reason", reason)
                    .put("owner", owner)
                    .put("until", Times.typed(until, session.screen().zone()));
            session.show(
                    "/waivers",
                    body,
                    answer -> session.screen()
                            .note("waived: " + answer.json().path("id").asText() + ", on "
                                    + scope(answer.json()) + ", until "
                                    + Times.minute(
                                            answer.json().path("until").asText(),
                                            session.screen().zone())));
        }
    }
}
