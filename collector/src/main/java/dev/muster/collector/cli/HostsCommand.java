package dev.muster.collector.cli;

import static dev.muster.collector.cli.Table.Column.left;
import static dev.muster.collector.cli.Table.Column.right;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "hosts", description = "Lists all hosts, their state and how many findings are open.")
final class HostsCommand implements Runnable {
    private final Session session;

    @Option(names = "--all", description = "Retired ones, too.")
    private boolean all;

    HostsCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        session.show("/hosts", Map.of("state", all ? "any" : ""), this::layOut);
    }

    private void layOut(Answer answer) {
        JsonNode hosts = answer.json().path("hosts");
        if (hosts.isEmpty()) {
            session.screen()
                    .note("there are no hosts yet. \"muster enroll token\" makes a token with which agents join.");
            return;
        }
        Table table = Table.of(
                left("HOST"),
                left("STATUS"),
                right("FOR"),
                right("SEEN"),
                left("VERIFIED"),
                right("HIGH"),
                right("MEDIUM"),
                right("LOW"),
                left("SYSTEM"),
                left("AGENT"));
        for (JsonNode host : hosts) {
            JsonNode findings = host.path("findings");
            table.add(
                    host.path("name").asText(),
                    host.path("status").asText(),
                    Times.age(host.path("since").asText(), answer.at()),
                    Times.age(host.path("seen").asText(), answer.at()) + " ago",
                    verified(host, answer),
                    findings.path("high").asText(),
                    findings.path("medium").asText(),
                    findings.path("low").asText(),
                    host.path("os").asText(),
                    host.path("agent_version").asText());
        }
        table.print(session.screen());
    }

    /** When silence was last proven to mean that nothing changed, and how much is too old for that. */
    private static String verified(JsonNode host, Answer answer) {
        String at = host.path("verified_at").asText();
        int stale = host.path("stale_facts").asInt();
        String when = at.isEmpty() ? "-" : Times.age(at, answer.at()) + " ago";
        return stale == 0 ? when : when + ", " + stale + " stale";
    }

    @Command(name = "rename", description = "Gives a host another name.")
    static final class Rename implements Runnable {
        private final Session session;

        @Parameters(index = "0", paramLabel = "HOST", description = "Its name or id.")
        private String host = "";

        @Parameters(index = "1", paramLabel = "NAME", description = "What to call it from now on.")
        private String name = "";

        Rename(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            ObjectNode body = JsonNodeFactory.instance.objectNode().put("name", name);
            session.show(
                    "/hosts/" + ApiClient.segment(host) + "/rename",
                    body,
                    answer -> session.screen()
                            .note("renamed: " + answer.json().path("host_name").asText()));
        }
    }

    @Command(
            name = "mark",
            description =
                    "Gives a host roles and labels, by which rules, parameters and waivers are sorted; or takes them away.")
    static final class Mark implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "HOST", description = "Its name or id.")
        private String host = "";

        @Option(names = "--role", paramLabel = "ROLE", description = "Gives it this role; any number of times.")
        private List<String> roles = List.of();

        @Option(names = "--no-role", paramLabel = "ROLE", description = "Takes this role away.")
        private List<String> withoutRoles = List.of();

        @Option(names = "--label", paramLabel = "LABEL", description = "Gives it this label: a word, or key=value.")
        private List<String> labels = List.of();

        @Option(names = "--no-label", paramLabel = "LABEL", description = "Takes this label away.")
        private List<String> withoutLabels = List.of();

        Mark(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            change(body.putObject("roles"), roles, withoutRoles);
            change(body.putObject("labels"), labels, withoutLabels);
            session.show(
                    "/hosts/" + ApiClient.segment(host) + "/marks",
                    body,
                    answer -> session.screen()
                            .note("marked: " + answer.json().path("host_name").asText()));
        }

        private static void change(ObjectNode change, List<String> add, List<String> remove) {
            add.forEach(change.putArray("add")::add);
            remove.forEach(change.putArray("remove")::add);
        }
    }

    @Command(
            name = "retire",
            description =
                    "Ends a host that is no more: its keys are revoked, its findings closed, its name is free. History stays.")
    static final class Retire implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "HOST", description = "Its name or id.")
        private String host = "";

        Retire(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            ObjectNode none = JsonNodeFactory.instance.objectNode();
            session.show(
                    "/hosts/" + ApiClient.segment(host) + "/retire",
                    none,
                    answer -> session.screen()
                            .note("retired; kept as "
                                    + Text.escape(
                                            answer.json().path("host_name").asText())));
        }
    }
}
