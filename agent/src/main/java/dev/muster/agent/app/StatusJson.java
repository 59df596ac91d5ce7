package dev.muster.agent.app;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.muster.agent.discovery.DiscoveryStatus;
import dev.muster.agent.discovery.PathWatch;
import dev.muster.agent.heartbeat.NeighbourWatch;
import dev.muster.agent.link.LinkState;
import dev.muster.agent.spool.SpoolStatus;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;

/** How the agent does, as JSON for {@code muster-agent status}. */
record StatusJson(
        String host,
        String fingerprint,
        String listens,
        LinkState link,
        SpoolStatus spool,
        List<NeighbourWatch.State> neighbours,
        DiscoveryStatus discovery,
        PathWatch.Status watching) {
    private static final JsonFactory JSON = new JsonFactory();

    String text() {
        var out = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("memory can always be written", e);
        }
        return out.toString();
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeNumberField("pid", ProcessHandle.current().pid());
        json.writeStringField("host", host);
        json.writeStringField("fingerprint", fingerprint);
        json.writeStringField("listens", listens);
        json.writeObjectFieldStart("collector");
        json.writeStringField("address", link.collector().orElse(""));
        json.writeStringField("fingerprint", link.fingerprint().orElse(""));
        json.writeStringField("trust", link.trust());
        json.writeStringField("reason", link.reason());
        json.writeStringField("host_id", link.hostId().orElse(""));
        json.writeEndObject();
        json.writeObjectFieldStart("spool");
        json.writeNumberField("records", spool.heldRecords());
        json.writeNumberField("bytes", spool.heldBytes());
        json.writeNumberField("max_bytes", spool.maxBytes());
        json.writeStringField("trouble", spool.trouble());
        json.writeEndObject();
        json.writeObjectFieldStart("watch");
        json.writeNumberField("paths", watching.paths());
        json.writeNumberField("folders", watching.folders());
        json.writeNumberField("folders_not_watched", watching.unwatched().size());
        json.writeStringField("limit", watching.limitHit() ? "reached: see fs.inotify.max_user_watches" : "");
        json.writeNumberField("changes", watching.events());
        json.writeEndObject();
        json.writeArrayFieldStart("neighbours");
        for (NeighbourWatch.State each : neighbours) {
            json.writeStartObject();
            json.writeStringField("fingerprint", each.key().fingerprint());
            json.writeStringField("state", each.phase().name().toLowerCase(Locale.ROOT));
            json.writeNumberField("silence_ms", each.silence().toMillis());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("discovery");
        for (DiscoveryStatus.Instance each : discovery.instances()) {
            write(json, each);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("refused");
        for (String refusal : discovery.refusals()) {
            json.writeString(refusal);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, DiscoveryStatus.Instance each) throws IOException {
        json.writeStartObject();
        json.writeStringField("instance", each.key().toString());
        json.writeStringField("status", each.status().map(s -> s.wireName()).orElse("not run yet"));
        json.writeStringField("last_run", each.lastRun().map(Object::toString).orElse(""));
        json.writeNumberField("took_ms", each.tookMs());
        json.writeNumberField("cpu_ms", each.cpuMs());
        json.writeNumberField("interval_s", each.effective().toSeconds());
        json.writeNumberField("declared_s", each.declared().toSeconds());
        json.writeStringField("problem", each.problem());
        json.writeEndObject();
    }
}
