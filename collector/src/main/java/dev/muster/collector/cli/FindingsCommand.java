package dev.muster.collector.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "findings",
        description = "Shows which rules fail where, on which evidence, since when, and how to mend it.")
final class FindingsCommand implements Runnable {
    /** The most that the API gives at once. */
    private static final String LIMIT = "5000";

    private final Session session;

    @Option(names = "--host", paramLabel = "NAME", description = "Only of this host.")
    private String host = "";

    @Option(names = "--severity", paramLabel = "SEVERITY", description = "Only of this severity: low, medium or high.")
    private String severity = "";

    @Option(names = "--closed", description = "Those that were mended, in place of those that stand.")
    private boolean closed;

    FindingsCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        Map<String, String> parameters =
                Map.of("host", host, "severity", severity, "state", closed ? "closed" : "open", "limit", LIMIT);
        session.show("/findings", parameters, new Findings(session.screen())::print);
    }
}
