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

    @Option(
            names = "--as-of",
            paramLabel = "TIME",
            description = "Those that were open then: 2026-11-20, 2026-11-20T14:00, or 2h, 3d ago.")
    private String asOf = "";

    FindingsCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        if (closed && !asOf.isEmpty()) {
            throw CliException.usage("--closed and --as-of exclude each other", "--as-of shows what was open then.");
        }
        String state = closed ? "closed" : "open";
        Map<String, String> parameters = Map.of(
                "host", host,
                "severity", severity,
                "state", asOf.isEmpty() ? state : "",
                "as-of", Times.typed(asOf, session.screen().zone()),
                "limit", LIMIT);
        session.show("/findings", parameters, new Findings(session.screen())::print);
    }
}
