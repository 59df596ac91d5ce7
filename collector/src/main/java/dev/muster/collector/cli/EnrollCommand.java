package dev.muster.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "enroll", aliases = "enrol", synopsisSubcommandLabel = "COMMAND", description = "Lets new hosts in.")
final class EnrollCommand {
    @Command(
            name = "token",
            description = {
                "Makes a token with which agents join, and prints it and the line to paste on each host, as root.",
                "It is shown once. The host needs the package muster-agent; \"muster install-agent\" does all of it over ssh."
            })
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

        @Option(
                names = "--collector",
                paramLabel = "ADDRESS",
                description = "Where hosts find the collector, if not where it thinks: name:1984, 192.0.2.7:1984.")
        private String collector = "";

        @Option(names = "--quiet", description = "Print the token and nothing else.")
        private boolean quiet;

        Token(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            ObjectNode body = JsonNodeFactory.instance.objectNode().put("uses", uses);
            body.put("expires", Times.typed(expires, session.screen().zone()));
            if (quiet || session.json()) {
                session.show(
                        "/enrol-tokens", body, answer -> session.screen().out().println(token(answer.json())));
                return;
            }
            ApiClient client = session.open();
            // First, so that no token is made which nobody is told how to use.
            CollectorIdentity identity = CollectorIdentity.ask(client, collector);
            layOut(identity, client.post("/enrol-tokens", body).json());
        }

        private void layOut(CollectorIdentity identity, JsonNode made) {
            Screen screen = session.screen();
            screen.out().println(token(made));
            screen.out().println(identity.enrolmentLine(token(made)));
            int hosts = made.path("uses").asInt();
            screen.note("for %d %s, until %s; it is not shown again"
                    .formatted(
                            hosts,
                            hosts == 1 ? "host" : "hosts",
                            Times.minute(made.path("expires").asText(), screen.zone())));
            screen.note("the second line is for each host, as root, once the package muster-agent is installed there");
            screen.note("it must then show the collector's key as " + identity.fingerprint());
            if (!identity.others().isEmpty()) {
                screen.note("the collector has other addresses, too: " + String.join(", ", identity.others())
                        + "; --collector chooses");
            }
        }

        private static String token(JsonNode made) {
            return CollectorIdentity.safe(made.path("token").asText());
        }
    }
}
