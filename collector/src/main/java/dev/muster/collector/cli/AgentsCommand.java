package dev.muster.collector.cli;

import static dev.muster.collector.cli.Table.Column.left;
import static dev.muster.collector.cli.Table.Column.right;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "agents", description = "Lists the keys that speak for hosts, and those that ask to.")
final class AgentsCommand implements Runnable {
    private static final String KEY = "Its fingerprint, or eight or more of its first digits.";

    private final Session session;

    AgentsCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        session.show("/agents", Map.of(), this::layOut);
    }

    private void layOut(Answer answer) {
        JsonNode agents = answer.json().path("agents");
        Screen screen = session.screen();
        if (agents.isEmpty()) {
            screen.note("there are no agents yet. \"muster enroll token\" makes a token with which they join.");
            return;
        }
        Table table = Table.of(left("STATE"), left("HOST"), left("FINGERPRINT"), left("FROM"), right("ASKED"));
        boolean waiting = false;
        for (JsonNode agent : agents) {
            boolean pending = agent.path("state").asText().equals("pending");
            waiting |= pending;
            table.add(
                    agent.path("state").asText(),
                    pending
                            ? agent.path("names").path(0).asText()
                            : agent.path("host_name").asText(),
                    agent.path("fingerprint").asText(),
                    agent.path("address").asText(),
                    pending ? Times.age(agent.path("seen").asText(), answer.at()) + " ago" : "");
        }
        table.print(screen);
        if (waiting) {
            screen.note("Compare the fingerprint with the one in the agent's log, then: muster agents approve KEY");
        }
    }

    @Command(name = "approve", description = "Lets the host in whose agent has this key.")
    static final class Approve implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "KEY", description = KEY)
        private String key = "";

        @Option(
                names = "--as",
                paramLabel = "HOST",
                description = "It is this host with a new key; its old keys are revoked.")
        private String as = "";

        Approve(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            if (!as.isEmpty()) {
                body.put("as", as);
            }
            session.show(
                    "/agents/" + ApiClient.segment(key) + "/approve",
                    body,
                    answer -> session.screen()
                            .note("approved: "
                                    + Text.escape(
                                            answer.json().path("host_name").asText())));
        }
    }

    @Command(name = "revoke", description = "Listens to this key no more. The host and what is known of it stay.")
    static final class Revoke implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "KEY", description = KEY)
        private String key = "";

        Revoke(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            ObjectNode none = JsonNodeFactory.instance.objectNode();
            session.show(
                    "/agents/" + ApiClient.segment(key) + "/revoke",
                    none,
                    answer -> session.screen()
                            .note("revoked: nobody speaks for "
                                    + Text.escape(
                                            answer.json().path("host_name").asText()) + " with this key any more"));
        }
    }
}
