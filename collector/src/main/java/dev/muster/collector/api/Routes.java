package dev.muster.collector.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.graph.GraphReads;
import dev.muster.collector.graph.GraphReads.ChangeFilter;
import dev.muster.collector.graph.GraphReads.FindingFilter;
import dev.muster.collector.graph.GraphReads.HostChange;
import dev.muster.collector.graph.GraphReads.QueryLimits;
import dev.muster.collector.graph.GraphReads.QueryResult;
import dev.muster.collector.model.Event;
import dev.muster.collector.model.Finding;
import dev.muster.collector.model.Host;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.HostStatus;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Marks;
import dev.muster.collector.model.Severity;
import dev.muster.scripts.Nearest;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;

/** Every route of docs/api.md: its parameters checked, the graph asked, the answer written. */
final class Routes {
    /** Under the graph's own limit, so that one more can be asked for to know whether there are more. */
    private static final int MOST_IN_A_LIST = 5_000;

    private static final int FINDINGS = 1_000;
    private static final int CHANGES = 100;
    private static final Duration CHANGES_SINCE = Duration.ofDays(1);
    private static final int EVENTS = 100;
    private static final int QUERIES_AT_ONCE = 8;

    private static final Map<String, Severity> SEVERITIES =
            new TreeMap<>(Map.of("low", Severity.LOW, "medium", Severity.MEDIUM, "high", Severity.HIGH));
    private static final Map<String, FindingFilter.State> STATES = new TreeMap<>(Map.of(
            "open", FindingFilter.State.OPEN, "closed", FindingFilter.State.CLOSED, "any", FindingFilter.State.ANY));

    /** Which hosts to list. */
    private enum HostState {
        PRESENT,
        RETIRED,
        ANY;

        boolean fits(Host host) {
            return this == ANY || (this == RETIRED) == (host.status() == HostStatus.RETIRED);
        }
    }

    private static final Map<String, HostState> HOST_STATES =
            new TreeMap<>(Map.of("present", HostState.PRESENT, "retired", HostState.RETIRED, "any", HostState.ANY));

    private final GraphReads reads;
    private final InstantSource clock;
    private final EventFeed feed;
    private final StatusRoute status;
    private final Semaphore queries = new Semaphore(QUERIES_AT_ONCE);

    Routes(GraphReads reads, InstantSource clock, EventFeed feed, StatusRoute status) {
        this.reads = reads;
        this.clock = clock;
        this.feed = feed;
        this.status = status;
    }

    void configure(RoutesConfig routes) {
        routes.get("/api/v1/hosts", this::hosts);
        routes.get("/api/v1/hosts/{name}", this::host);
        routes.get("/api/v1/hosts/{name}/facts/{type}", this::facts);
        routes.get("/api/v1/changes", this::changes);
        routes.get("/api/v1/findings", this::findings);
        routes.get("/api/v1/events", this::events);
        routes.get("/api/v1/status", status);
        routes.post("/api/v1/query", this::query);
    }

    private void hosts(Context context) throws IOException {
        HostState state = Parameters.word("state", context.queryParam("state"), HOST_STATES)
                .orElse(HostState.PRESENT);
        List<Host> hosts = reads.hosts().stream().filter(state::fits).toList();
        Map<HostId, Marks> marks = reads.marks();
        Body.list(
                context,
                "hosts",
                hosts,
                host -> Answers.host(host, marks.getOrDefault(host.id(), Marks.NONE)),
                Map.of());
    }

    private void host(Context context) throws IOException {
        Host host = host(context.pathParam("name"));
        Body.write(
                context,
                Answers.host(
                        host,
                        reads.marks().getOrDefault(host.id(), Marks.NONE),
                        reads.instances(host.id()),
                        reads.verdicts(host.id())));
    }

    private void facts(Context context) throws IOException {
        Host host = host(context.pathParam("name"));
        InstanceKey key = new InstanceKey(
                context.pathParam("type"),
                Optional.ofNullable(context.queryParam("instance")).orElse(""));
        Optional<Instant> asOf = past(context, "as-of");
        Optional<GraphReads.StoredFacts> facts =
                asOf.map(at -> reads.factsAsOf(host.id(), key, at)).orElseGet(() -> reads.facts(host.id(), key));
        Body.write(context, Answers.facts(host, facts.orElseThrow(() -> noFacts(host, key, asOf))));
    }

    private void changes(Context context) throws IOException {
        int limit = Parameters.number("limit", context.queryParam("limit"), CHANGES, 1, ChangeFilter.MAX_LIMIT - 1);
        ChangeFilter filter = new ChangeFilter(
                hostAsked(context),
                given(context, "type"),
                past(context, "since").orElseGet(() -> clock.instant().minus(CHANGES_SINCE)),
                limit + 1);
        List<HostChange> changes = reads.changes(filter);
        JsonNode more = JsonNodeFactory.instance.booleanNode(changes.size() > limit);
        List<HostChange> shown = changes.subList(0, Math.min(limit, changes.size()));
        Body.list(context, "changes", shown, Answers::change, Map.of("more", more));
    }

    private Optional<HostId> hostAsked(Context context) {
        return given(context, "host").map(name -> host(name).id());
    }

    private Optional<Instant> past(Context context, String name) {
        return given(context, name).map(text -> Parameters.past(name, text, clock.instant()));
    }

    private static Optional<String> given(Context context, String name) {
        return Optional.ofNullable(context.queryParam(name)).filter(text -> !text.isEmpty());
    }

    private void findings(Context context) throws IOException {
        int limit = Parameters.number("limit", context.queryParam("limit"), FINDINGS, 1, MOST_IN_A_LIST);
        Optional<HostId> host = hostAsked(context);
        Optional<Instant> asOf = past(context, "as-of");
        if (asOf.isPresent() && given(context, "state").isPresent()) {
            throw Problem.badRequest(
                    "The parameters as-of and state exclude each other.",
                    "as-of alone gives the findings that were open then.");
        }
        FindingFilter filter = new FindingFilter(
                host,
                Parameters.word("severity", context.queryParam("severity"), SEVERITIES),
                Parameters.word("state", context.queryParam("state"), STATES).orElse(FindingFilter.State.OPEN),
                limit + 1);
        List<Finding> findings = asOf.map(at -> reads.findingsAsOf(filter, at)).orElseGet(() -> reads.findings(filter));
        JsonNode more = JsonNodeFactory.instance.booleanNode(findings.size() > limit);
        List<Finding> shown = findings.subList(0, Math.min(limit, findings.size()));
        Body.list(context, "findings", shown, Answers::finding, Map.of("more", more));
    }

    private void events(Context context) throws IOException {
        String limitText = context.queryParam("limit");
        int limit = Parameters.number("limit", limitText, EVENTS, 1, MOST_IN_A_LIST);
        Optional<Long> after = Optional.ofNullable(context.queryParam("after"))
                .filter(text -> !text.isEmpty())
                .map(text -> Parameters.number("after", text, 0, Long.MAX_VALUE));
        if (wantsStream(context)) {
            Optional<Long> seen = Optional.ofNullable(context.header("Last-Event-ID"))
                    .map(text -> Parameters.number("Last-Event-ID", text, 0, Long.MAX_VALUE));
            int before = limitText == null || limitText.isEmpty() ? 0 : limit;
            feed.serve(context, seen.or(() -> after).orElseGet(() -> newest(before)));
            return;
        }
        long first = after.orElseGet(() -> newest(limit));
        List<Event> events = reads.events(first, limit);
        long last = events.isEmpty() ? first : events.getLast().seq();
        JsonNode lastNode = JsonNodeFactory.instance.numberNode(last);
        Body.list(context, "events", events, Answers::event, Map.of("last", lastNode));
    }

    private void query(Context context) throws IOException {
        ObjectNode body = Body.read(context, List.of("cypher", "params", "versions", "rows", "seconds"));
        String cypher = body.path("cypher").asText("");
        if (!body.path("cypher").isTextual() || cypher.isBlank()) {
            throw Problem.badRequest(
                    "The body has no text \"cypher\".", "{\"cypher\": \"MATCH (h:Host) RETURN h.name\"}");
        }
        if (body.has("params") && !body.path("params").isObject()) {
            throw Problem.badRequest("\"params\" is no JSON object.", "{\"params\": {\"name\": \"web-1\"}}");
        }
        Map<String, Object> parameters = Parameters.values(body.path("params"));
        parameters.putAll(Parameters.versions(body.path("versions")));
        QueryLimits most = QueryLimits.DEFAULT;
        int rows = Body.number(body, "rows", most.rows(), most.rows());
        int seconds = Body.number(body, "seconds", (int) most.time().toSeconds(), (int)
                most.time().toSeconds());
        QueryLimits limits = new QueryLimits(Duration.ofSeconds(seconds), rows, most.bytes());
        if (!queries.tryAcquire()) {
            throw Problem.busy("There are " + QUERIES_AT_ONCE + " queries running.");
        }
        QueryResult result;
        try {
            result = reads.query(cypher, parameters, limits);
        } finally {
            queries.release();
        }
        Body.write(context, Answers.result(result));
    }

    private Host host(String nameOrId) {
        return host(reads, nameOrId);
    }

    static Host host(GraphReads reads, String nameOrId) {
        return reads.host(nameOrId)
                .orElseThrow(() -> Problem.notFound(
                        "There is no host \"" + Parameters.shown(nameOrId) + "\".",
                        meant(nameOrId, reads.hosts().stream().map(Host::name).toList())
                                + "\"muster hosts\" lists all; a host appears when its agent was let in."));
    }

    /** The beginning of a hint, where a name is like one that there is. */
    static String meant(String name, List<String> known) {
        return Nearest.among(name, known)
                .map(nearest -> "Did you mean " + nearest + "? ")
                .orElse("");
    }

    private Problem noFacts(Host host, InstanceKey key, Optional<Instant> asOf) {
        String when = asOf.map(at -> " as of " + at).orElse("");
        List<String> known = reads.instances(host.id()).stream()
                .map(report -> report.key().toString())
                .toList();
        return Problem.notFound(
                host.name() + " has reported no facts \"" + Parameters.shown(key.toString()) + "\"" + when + ".",
                known.isEmpty() ? "It has reported nothing yet." : "It reports: " + String.join(", ", known) + ".");
    }

    private long newest(int count) {
        return Math.max(0, reads.status().lastEvent() - count);
    }

    private static boolean wantsStream(Context context) {
        String accept = context.header("Accept");
        return accept != null && accept.contains("text/event-stream");
    }
}
