package dev.muster.collector.graph.projection;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.model.InstanceKey;
import java.util.Set;

/** What a host's facts are where the graph shows them. */
public interface HostFacts {
    /** The host's id. */
    String host();

    Set<InstanceKey> instances();

    /** The data to show; empty where the instance did not report. */
    ObjectNode shown(InstanceKey key);
}
