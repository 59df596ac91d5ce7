package dev.muster.collector.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.graph.GraphReads;
import dev.muster.collector.model.HostStatus;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.IOException;
import java.net.URI;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code GET /status}: numbers about the whole, and what each part says of itself. */
final class StatusRoute implements Handler {
    private final GraphReads reads;
    private final List<StatusPart> parts;
    private final String fingerprint;

    private volatile Optional<URI> url = Optional.empty();

    StatusRoute(GraphReads reads, List<StatusPart> parts, String fingerprint) {
        this.reads = reads;
        this.parts = List.copyOf(parts);
        this.fingerprint = fingerprint;
    }

    /** The port is known only after the start, which needs the routes. */
    void listensAt(URI address) {
        url = Optional.of(address);
    }

    @Override
    public void handle(Context context) throws IOException {
        GraphReads.Status status = reads.status();
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("version", version());
        ObjectNode api = answer.putObject("api");
        url.ifPresent(address -> api.put("url", address.toString()));
        api.put("certificate_sha256", fingerprint);
        answer.set("hosts", hosts(status.hosts()));
        answer.set("open_findings", Answers.counts(status.openFindings()));
        answer.putObject("graph")
                .put("version", status.graphVersion())
                .put("last_event", status.lastEvent())
                .put("last_commit", status.lastCommit().toString())
                .put("rule_set", status.ruleSetHash());
        answer.putObject("delivery")
                .put("outbox_pending", status.outboxPending())
                .put("dead_letters", status.deadLetters());
        parts.forEach(part -> answer.set(part.name(), part.now()));
        Body.write(context, answer);
    }

    /** Retired hosts are history. */
    private static ObjectNode hosts(Map<HostStatus, Integer> counts) {
        ObjectNode hosts = JsonNodeFactory.instance.objectNode().put("total", 0);
        int total = 0;
        for (HostStatus status : EnumSet.complementOf(EnumSet.of(HostStatus.RETIRED))) {
            int count = counts.getOrDefault(status, 0);
            hosts.put(status.word().replace('-', '_'), count);
            total += count;
        }
        return hosts.put("total", total);
    }

    private static String version() {
        String packaged = StatusRoute.class.getPackage().getImplementationVersion();
        return packaged == null ? "not packaged" : packaged;
    }
}
