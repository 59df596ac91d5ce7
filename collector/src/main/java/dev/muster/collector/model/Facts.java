package dev.muster.collector.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What one instance on one host reported, whole.
 *
 * @param schema the version of the type's fields, 1 and up
 * @param denied paths within the data that could not be read for want of permission
 * @param errors what went wrong, for people; not part of {@code hash}
 * @param truncated paths within the data that were cut at a cap
 * @param data the script's JSON object; empty unless {@link FactsStatus#replacesData()}. Treat as immutable.
 * @param observedAt the agent's clock at the end of the run, for show only: order and history use the commit time
 * @param hash lower-case hex SHA-256 over the canonical JSON of schema, status, denied, truncated and data
 */
public record Facts(
        InstanceKey key,
        int schema,
        FactsStatus status,
        List<String> denied,
        List<String> errors,
        List<String> truncated,
        ObjectNode data,
        Instant observedAt,
        Duration took,
        String hash) {
    public Facts {
        denied = List.copyOf(denied);
        errors = List.copyOf(errors);
        truncated = List.copyOf(truncated);
    }
}
