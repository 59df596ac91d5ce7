package dev.muster.collector.model;

import java.time.Instant;
import java.util.Optional;

/** A rule that fails, or failed, on a host. */
public record Finding(
        HostId host,
        String hostName,
        Rule rule,
        InstanceKey instance,
        Evidence evidence,
        Instant opened,
        Optional<Instant> closed) {}
