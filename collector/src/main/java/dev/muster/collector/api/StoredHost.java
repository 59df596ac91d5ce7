package dev.muster.collector.api;

import dev.muster.collector.graph.GraphReads;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsView;
import dev.muster.collector.model.Host;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Marks;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A host as the graph holds it, or held it: each instance is read when it is asked for, once. Roles and labels are those of now. */
final class StoredHost implements FactsView {
    private final GraphReads reads;
    private final Host host;
    private final Marks marks;
    private final Optional<Instant> asOf;
    private final Map<InstanceKey, Optional<Facts>> read = new HashMap<>();

    StoredHost(GraphReads reads, Host host, Marks marks, Optional<Instant> asOf) {
        this.reads = reads;
        this.host = host;
        this.marks = marks;
        this.asOf = asOf;
    }

    @Override
    public Optional<Facts> facts(InstanceKey key) {
        return read.computeIfAbsent(
                key,
                wanted -> asOf.map(at -> reads.factsAsOf(host.id(), wanted, at))
                        .orElseGet(() -> reads.facts(host.id(), wanted))
                        .map(GraphReads.StoredFacts::facts));
    }

    @Override
    public String hostName() {
        return host.name();
    }

    @Override
    public Set<String> roles() {
        return marks.roles();
    }

    @Override
    public Set<String> labels() {
        return marks.labels();
    }
}
