package dev.muster.collector.model;

import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an agent is to discover otherwise than the type declares. The agent takes no more of it than its own administrator and the type
 * allow.
 *
 * @param instance empty for a type's first one
 * @param interval instead of the declared one
 * @param parameters values may have lines
 */
public record Wish(
        String type, String instance, Run run, Optional<Duration> interval, SortedMap<String, String> parameters) {
    /** Whether it is to run at all. */
    public enum Run {
        ON,
        OFF
    }

    public Wish {
        parameters = new TreeMap<>(parameters);
    }
}
