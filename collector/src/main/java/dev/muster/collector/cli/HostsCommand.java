package dev.muster.collector.cli;

import static dev.muster.collector.cli.Table.Column.left;
import static dev.muster.collector.cli.Table.Column.right;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(name = "hosts", description = "Lists all hosts, their state and how many findings are open.")
final class HostsCommand implements Runnable {
    private final Session session;

    HostsCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        session.show("/hosts", Map.of(), this::layOut);
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
                    findings.path("high").asText(),
                    findings.path("medium").asText(),
                    findings.path("low").asText(),
                    host.path("os").asText(),
                    host.path("agent_version").asText());
        }
        table.print(session.screen());
    }
}
