package dev.muster.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "enroll", aliases = "enrol", synopsisSubcommandLabel = "COMMAND", description = "Lets new hosts in.")
final class EnrollCommand {
    @Command(name = "token", description = "Makes a token with which agents join. It is shown once.")
    static final class Token implements Runnable {
        private final Session session;

        @Option(
                names = "--uses",
                paramLabel = "N",
                defaultValue = "1",
                description = "For how many hosts (${DEFAULT-VALUE} when not given).")
        private int uses;

        @Option(
                names = "--expires",
                paramLabel = "TIME",
                defaultValue = "7d",
                description =
                        "How long it may be used: 30m, 12h, 7d, or until a date (${DEFAULT-VALUE} when not given).")
        private String expires = "";

        @Option(names = "--quiet", description = "Print the token and nothing else.")
        private boolean quiet;

        Token(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            ObjectNode body = JsonNodeFactory.instance.objectNode().put("uses", uses);
            body.put("expires", Times.typed(expires, session.screen().zone()));
            session.show("/enrol-tokens", body, this::layOut);
        }

        private void layOut(Answer answer) {
            JsonNode token = answer.json();
            Screen screen = session.screen();
            screen.out().println(Text.escape(token.path("token").asText()));
            if (quiet) {
                return;
            }
            int hosts = token.path("uses").asInt();
            screen.note("for %d %s, until %s; it is not shown again"
                    .formatted(
                            hosts,
                            hosts == 1 ? "host" : "hosts",
                            Times.minute(token.path("expires").asText(), screen.zone())));
            screen.note("on the host: muster-agent run … --token TOKEN");
        }
    }
}
