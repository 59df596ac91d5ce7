package dev.muster.collector.api;

import dev.muster.collector.graph.GraphReads;
import dev.muster.collector.graph.GraphReads.FindingFilter;
import dev.muster.collector.graph.GraphReads.WaiverState;
import dev.muster.collector.model.Finding;
import dev.muster.collector.model.Host;
import dev.muster.collector.rules.Rulebook;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The route that gives all findings, waivers and scores at once, to keep or to hand on. */
final class ReportRoutes {
    private enum Format {
        JSON,
        CSV,
        HTML
    }

    private static final Map<String, Format> FORMATS =
            new TreeMap<>(Map.of("json", Format.JSON, "csv", Format.CSV, "html", Format.HTML));

    private static final Comparator<Finding> WORST_FIRST = Comparator.comparing(
                    (Finding finding) -> finding.rule().severity())
            .reversed()
            .thenComparing(Finding::hostName)
            .thenComparing(finding -> finding.rule().id());

    private final GraphReads reads;
    private final Rulebook rules;
    private final InstantSource clock;

    ReportRoutes(GraphReads reads, Rulebook rules, InstantSource clock) {
        this.reads = reads;
        this.rules = rules;
        this.clock = clock;
    }

    void configure(RoutesConfig routes) {
        routes.get("/api/v1/report", this::report);
    }

    private void report(Context context) throws IOException {
        Format format =
                Parameters.word("format", context.queryParam("format"), FORMATS).orElse(Format.JSON);
        Report report = made(context);
        switch (format) {
            case JSON -> Body.write(context, report.toJson());
            case CSV -> text(context, "text/csv", report.toCsv());
            case HTML -> text(context, "text/html", report.toHtml());
        }
    }

    private static void text(Context context, String type, String text) {
        context.contentType(type + "; charset=utf-8");
        context.result(text.getBytes(StandardCharsets.UTF_8));
    }

    private Report made(Context context) {
        Optional<Host> host = Optional.ofNullable(context.queryParam("host"))
                .filter(text -> !text.isEmpty())
                .map(text -> Routes.host(reads, text));
        FindingFilter filter = new FindingFilter(
                host.map(Host::id), Optional.empty(), FindingFilter.State.OPEN, FindingFilter.MAX_LIMIT);
        List<Finding> findings =
                reads.findings(filter).stream().sorted(WORST_FIRST).toList();
        return new Report(
                clock.instant(),
                rules.set().hash(),
                rules.set().rules().size(),
                ScoreRoutes.now(
                        reads,
                        rules::rule,
                        name -> host.isEmpty() || host.get().name().equals(name)),
                findings,
                reads.waivers(WaiverState.IN_FORCE));
    }
}
