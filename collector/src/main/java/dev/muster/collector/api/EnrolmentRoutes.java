package dev.muster.collector.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.apply.Input;
import dev.muster.collector.apply.Inputs;
import dev.muster.collector.apply.Outcome;
import dev.muster.collector.graph.GraphReads;
import dev.muster.collector.model.Host;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.KnownAgent;
import dev.muster.collector.model.PendingAgent;
import dev.muster.collector.model.PendingAgents;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** The routes by which an administrator lets agents in, turns them away, and says what hosts are called. */
final class EnrolmentRoutes {
    private static final int MAX_USES = 10_000;
    private static final Duration MAX_EXPIRY = Duration.ofDays(365);

    /** A commit takes milliseconds; a collector that is behind by more says so. */
    private static final int COMMIT_SECONDS = 30;

    /** Of a key's hex digits; enough that nobody is let in by a typing error. */
    private static final int MIN_KEY_DIGITS = 8;

    private final GraphReads reads;
    private final PendingAgents pending;
    private final Inputs inputs;
    private final InstantSource clock;

    EnrolmentRoutes(GraphReads reads, PendingAgents pending, Inputs inputs, InstantSource clock) {
        this.reads = reads;
        this.pending = pending;
        this.inputs = inputs;
        this.clock = clock;
    }

    void configure(RoutesConfig routes) {
        routes.post("/api/v1/enrol-tokens", this::createToken);
        routes.get("/api/v1/agents", this::agents);
        routes.post("/api/v1/agents/{key}/approve", this::approve);
        routes.post("/api/v1/agents/{key}/revoke", this::revoke);
        routes.post("/api/v1/hosts/{name}/rename", this::rename);
        routes.post("/api/v1/hosts/{name}/retire", this::retire);
    }

    private void agents(Context context) throws IOException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode agents = body.putArray("agents");
        pending.pending().forEach(agent -> agents.add(Answers.agent(agent)));
        reads.agents().forEach(agent -> agents.add(Answers.agent(agent)));
        Body.write(context, body);
    }

    private void approve(Context context) throws IOException {
        ObjectNode body = Body.read(context, List.of("as"));
        String key = key(context, pending.pending().stream().map(PendingAgent::keyId), "waits");
        Optional<HostId> as = body.has("as")
                ? Optional.of(Routes.host(reads, body.path("as").asText()).id())
                : Optional.empty();
        switch (committed(inputs.offer(new Input.Approve(key, as)))) {
            case Outcome.Enrolment.Trusted trusted -> done(context, trusted.host(), trusted.hostName());
            case Outcome.Enrolment.Refused refused -> throw Problem.conflict("Not approved: " + refused.reason() + ".");
            case Outcome.Enrolment.Pending _ -> throw Problem.conflict("Not approved: the key still waits.");
        }
    }

    private void revoke(Context context) throws IOException {
        String key = key(context, reads.agents().stream().map(KnownAgent::keyId), "speaks for a host");
        command(context, new Input.Revoke(key));
    }

    private void rename(Context context) throws IOException {
        ObjectNode body = Body.read(context, List.of("name"));
        if (!body.path("name").isTextual()) {
            throw Problem.badRequest("The body has no text \"name\".", "{\"name\": \"web-2\"}");
        }
        Host host = Routes.host(reads, context.pathParam("name"));
        command(context, new Input.Rename(host.id(), body.path("name").asText()));
    }

    private void retire(Context context) throws IOException {
        command(
                context,
                new Input.Retire(Routes.host(reads, context.pathParam("name")).id()));
    }

    private void command(Context context, Input<Outcome.Command> command) throws IOException {
        switch (committed(inputs.offer(command))) {
            case Outcome.Command.Done done -> done(context, done.host(), done.hostName());
            case Outcome.Command.Refused refused ->
                throw Problem.conflict("Nothing changed: " + refused.reason() + ".");
        }
    }

    private static void done(Context context, HostId host, String name) throws IOException {
        Body.write(
                context,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("host", host.toString())
                        .put("host_name", name));
    }

    /** The one key that begins as the path says: with or without hyphens, in any case. */
    private static String key(Context context, Stream<String> keys, String does) {
        String given = context.pathParam("key");
        String digits = given.replace("-", "").toLowerCase(Locale.ROOT);
        if (digits.length() < MIN_KEY_DIGITS || !digits.matches("[0-9a-f]+")) {
            throw Problem.badRequest(
                    "\"" + Parameters.shown(given) + "\" is no key.",
                    "Give its fingerprint, or the first " + MIN_KEY_DIGITS + " or more of its digits.");
        }
        List<String> found = keys.filter(key -> key.startsWith(digits)).toList();
        if (found.size() == 1) {
            return found.getFirst();
        }
        String what = found.isEmpty() ? "No key that " : "More than one key that ";
        throw Problem.notFound(
                what + does + " begins with " + Parameters.shown(given) + ".", "\"muster agents\" lists them.");
    }

    private void createToken(Context context) throws IOException {
        ObjectNode body = Body.read(context, List.of("uses", "expires"));
        int uses = Body.number(body, "uses", 1, MAX_USES);
        Instant now = clock.instant();
        Instant expires = Parameters.future("expires", body.path("expires").asText("7d"), now);
        if (!expires.isAfter(now) || expires.isAfter(now.plus(MAX_EXPIRY))) {
            throw Problem.badRequest(
                    "The token would expire at " + expires + ".",
                    "Give a time to come, at most " + MAX_EXPIRY.toDays() + " days ahead.");
        }
        Outcome.TokenCreated created = committed(inputs.offer(new Input.CreateToken(uses, expires)));
        context.status(201);
        Body.write(
                context,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("token", created.token())
                        .put("uses", uses)
                        .put("expires", expires.toString()));
    }

    /** Waits for the commit. */
    static <R> R committed(Optional<CompletionStage<R>> taken) {
        CompletionStage<R> stage =
                taken.orElseThrow(() -> Problem.unavailable("The collector has more to write than it can."));
        try {
            return stage.toCompletableFuture().get(COMMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException stays) {
            throw Problem.unavailable("The graph took nothing within " + COMMIT_SECONDS + " seconds.");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable("The collector is stopping.");
        }
    }
}
