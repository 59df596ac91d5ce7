package dev.muster.collector.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "report",
        description = {
            "Prints all findings with their evidence, all waivers and scores: to keep, or for an auditor.",
            "For example: muster report --format html > report.html"
        })
final class ReportCommand implements Runnable {
    private final Session session;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "json, csv (a row a finding) or html (one page that needs nothing else); html if not given.")
    private String format = "html";

    @Option(names = "--host", paramLabel = "NAME", description = "Only of this host.")
    private String host = "";

    ReportCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        String text = session.open().text("/report", Map.of("format", session.json() ? "json" : format, "host", host));
        session.screen().out().print(text);
        session.screen().out().println();
    }
}
