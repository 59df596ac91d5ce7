package dev.muster.collector.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.apply.Input;
import dev.muster.collector.apply.Inputs;
import dev.muster.collector.apply.Outcome;
import dev.muster.collector.graph.GraphReads;
import dev.muster.collector.graph.GraphReads.WaiverState;
import dev.muster.collector.model.Host;
import dev.muster.collector.model.Waiver;
import dev.muster.collector.model.WaiverJson;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The routes by which an administrator accepts failures for a while, and sorts hosts by roles and labels. */
final class WaiverRoutes {
    private static final Map<String, WaiverState> STATES =
            new TreeMap<>(Map.of("in-force", WaiverState.IN_FORCE, "any", WaiverState.ANY));
    private static final String EXAMPLE =
            "{\"rule\": \"nist_V-38528\", \"host\": \"web-*\", \"reason\": \"…\", \"owner\": \"…\", \"until\": \"90d\"}";

    private final GraphReads reads;
    private final Inputs inputs;
    private final InstantSource clock;

    WaiverRoutes(GraphReads reads, Inputs inputs, InstantSource clock) {
        this.reads = reads;
        this.inputs = inputs;
        this.clock = clock;
    }

    void configure(RoutesConfig routes) {
        routes.get("/api/v1/waivers", this::list);
        routes.post("/api/v1/waivers", this::create);
        routes.post("/api/v1/waivers/{id}/end", this::end);
        routes.post("/api/v1/hosts/{name}/marks", this::mark);
    }

    private void list(Context context) throws IOException {
        WaiverState state =
                Parameters.word("state", context.queryParam("state"), STATES).orElse(WaiverState.IN_FORCE);
        Body.list(context, "waivers", reads.waivers(state), WaiverJson::write, Map.of());
    }

    private void create(Context context) throws IOException {
        ObjectNode body = Body.read(context, List.of("rule", "host", "role", "label", "reason", "owner", "until"));
        String rule = needed(body, "rule");
        String reason = needed(body, "reason");
        String owner = needed(body, "owner");
        Instant until = Parameters.future("until", needed(body, "until"), clock.instant());
        var scope = new Waiver.Scope(text(body, "host"), text(body, "role"), text(body, "label"));
        answer(context, 201, new Input.Waive(rule, scope, reason, owner, until));
    }

    private void end(Context context) throws IOException {
        ObjectNode body = Body.read(context, List.of("by"));
        answer(
                context,
                200,
                new Input.EndWaiver(context.pathParam("id"), body.path("by").asText("")));
    }

    private void answer(Context context, int status, Input<Outcome.Waived> command) throws IOException {
        switch (EnrolmentRoutes.committed(inputs.offer(command))) {
            case Outcome.Waived.Done done -> {
                context.status(status);
                Body.write(context, WaiverJson.write(done.waiver()));
            }
            case Outcome.Waived.Refused refused ->
                throw Problem.conflict("Nothing changed: " + refused.reason() + ".", "\"muster waivers\" lists them.");
        }
    }

    private void mark(Context context) throws IOException {
        ObjectNode body = Body.read(context, List.of("roles", "labels"));
        Host host = Routes.host(reads, context.pathParam("name"));
        var command = new Input.Mark(host.id(), change(body, "roles"), change(body, "labels"));
        switch (EnrolmentRoutes.committed(inputs.offer(command))) {
            case Outcome.Command.Done done ->
                Body.write(
                        context,
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("host", done.host().toString())
                                .put("host_name", done.hostName()));
            case Outcome.Command.Refused refused ->
                throw Problem.conflict("Nothing changed: " + refused.reason() + ".", "See docs/api.md.");
        }
    }

    private static Input.Mark.Change change(ObjectNode body, String name) {
        JsonNode change = body.path(name);
        boolean isRight = change.isMissingNode()
                || (change.isObject()
                        && change.properties().stream()
                                .allMatch(entry -> List.of("add", "remove").contains(entry.getKey())
                                        && entry.getValue().isArray()
                                        && entry.getValue().valueStream().allMatch(JsonNode::isTextual)));
        if (!isRight) {
            throw Problem.badRequest(
                    "\"" + name + "\" is no change.", "{\"" + name + "\": {\"add\": [\"web\"], \"remove\": []}}");
        }
        return new Input.Mark.Change(texts(change.path("add")), texts(change.path("remove")));
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asText).toList();
    }

    private static String needed(ObjectNode body, String name) {
        return text(body, name)
                .orElseThrow(() -> Problem.badRequest("The body has no text \"" + name + "\".", EXAMPLE));
    }

    private static Optional<String> text(ObjectNode body, String name) {
        JsonNode value = body.path(name);
        if (!value.isMissingNode() && !value.isTextual()) {
            throw Problem.badRequest("\"" + name + "\" is no text.", EXAMPLE);
        }
        return Optional.of(value.asText()).map(String::strip).filter(text -> !text.isEmpty());
    }
}
