package dev.muster.collector.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;

/**
 * Something that happened, stored in the graph in the transaction that made it happen.
 *
 * @param seq position in the one order of all events, without gaps in commit order, from 1
 * @param at the collector's commit time, never decreasing
 * @param hostName the host's name at that time; empty where the event is about no host
 * @param summary one line for people, without control characters
 * @param detail what the type carries, complete enough to render a mail from it alone: for finding-opened and
 *     finding-cleared the fields of {@link Finding} as JSON; for first-report {@code {"findings": [Finding…]}}
 */
public record Event(
        long seq,
        Instant at,
        EventType type,
        Optional<HostId> host,
        String hostName,
        String summary,
        ObjectNode detail) {}
