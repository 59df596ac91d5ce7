package dev.muster.collector.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.evidence.EvidenceException;
import dev.muster.collector.evidence.Notary;
import dev.muster.collector.graph.GraphReads;
import dev.muster.collector.model.Host;
import dev.muster.collector.model.HostStatus;
import dev.muster.collector.model.NameGlob;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/** The routes that hand out signed evidence. */
final class EvidenceRoutes {
    /** Each reads all hosts. */
    private static final int AT_ONCE = 1;

    private static final int MAX_GLOBS = 1_000;

    private final GraphReads reads;
    private final Notary notary;
    private final Semaphore running = new Semaphore(AT_ONCE);

    EvidenceRoutes(GraphReads reads, Notary notary) {
        this.reads = reads;
        this.notary = notary;
    }

    void configure(RoutesConfig routes) {
        routes.get("/api/v1/evidence", this::key);
        routes.post("/api/v1/evidence", this::bundle);
    }

    private void key(Context context) throws IOException {
        ObjectNode answer = JsonNodeFactory.instance
                .objectNode()
                .put("key", notary.key().fingerprint())
                .put("public_key", notary.key().pem());
        try {
            notary.last()
                    .ifPresent(last -> answer.putObject("last")
                            .put("seq", last.seq())
                            .put("at", last.at().toString())
                            .put("checkpoint", last.hash()));
        } catch (EvidenceException e) {
            throw unusable(e);
        }
        Body.write(context, answer);
    }

    private void bundle(Context context) throws IOException {
        List<String> globs = globs(Body.read(context, List.of("hosts")));
        if (!running.tryAcquire()) {
            throw Problem.busy("Evidence is being written already.");
        }
        try {
            context.contentType("application/x-tar");
            notary.bundle(host -> fits(host, globs), context.res().getOutputStream());
        } catch (EvidenceException e) {
            throw unusable(e);
        } finally {
            running.release();
        }
    }

    private static Problem unusable(EvidenceException e) {
        return Problem.conflict("There is no evidence: " + e.getMessage() + ".", "See \"Evidence\" in docs/rules.md.");
    }

    private List<String> globs(ObjectNode body) {
        List<String> globs = new ArrayList<>();
        body.path("hosts").forEach((JsonNode glob) -> globs.add(glob.asText()));
        if (globs.isEmpty() || globs.size() > MAX_GLOBS) {
            throw Problem.badRequest(
                    "The body names no hosts, or more than " + MAX_GLOBS + ".",
                    "{\"hosts\": [\"web-*\"]}; [\"*\"] is all.");
        }
        for (String glob : globs) {
            if (reads.hosts().stream().noneMatch(host -> fits(host, List.of(glob)))) {
                throw Problem.notFound(
                        "There is no host \"" + Parameters.shown(glob) + "\".", "\"muster hosts\" has all.");
            }
        }
        return globs;
    }

    private static boolean fits(Host host, List<String> globs) {
        return host.status() != HostStatus.RETIRED
                && globs.stream()
                        .anyMatch(glob -> NameGlob.matches(glob, host.name())
                                || glob.equals(host.id().toString()));
    }
}
