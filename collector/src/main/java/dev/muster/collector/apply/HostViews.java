package dev.muster.collector.apply;

import dev.muster.collector.graph.HostRecord;
import dev.muster.collector.model.HostId;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * What is committed of the hosts that reported last, within a bound of memory. Records are immutable and swapped after the commit, so a
 * reader on any thread sees a whole commit or none of it.
 */
final class HostViews {
    private final long maxWeight;
    private final LinkedHashMap<HostId, HostRecord> hosts = new LinkedHashMap<>(16, 0.75f, true);
    private long weight;

    HostViews(long maxWeight) {
        this.maxWeight = maxWeight;
    }

    synchronized Optional<HostRecord> get(HostId id) {
        return Optional.ofNullable(hosts.get(id));
    }

    synchronized void put(Collection<HostRecord> committed) {
        for (HostRecord host : committed) {
            HostRecord old = hosts.put(host.host().id(), host);
            weight += host.weight() - (old == null ? 0 : old.weight());
        }
        evict();
    }

    synchronized void clear() {
        hosts.clear();
        weight = 0;
    }

    private void evict() {
        Iterator<HostRecord> eldest = hosts.values().iterator();
        while (weight > maxWeight && eldest.hasNext()) {
            weight -= eldest.next().weight();
            eldest.remove();
        }
    }
}
