package dev.muster.collector.model;

import java.util.Locale;

/** Everything that can happen. The words are part of the API and of what hooks and routes match. */
public enum EventType {
    HOST_NEW,
    HOST_PENDING,
    HOST_UP,
    HOST_SHUT_DOWN,
    HOST_STATE_WENT_BACK,
    FINDING_OPENED,
    FINDING_CLEARED,
    /** A host's first facts of a type with rules: its findings come as one summary. */
    FIRST_REPORT,
    DISCOVERY_IMPAIRED,
    DISCOVERY_RECOVERED,
    RULE_FAULT,
    /** Another rule set is in force: what it opened and cleared comes as one summary, in {@code detail} as numbers. */
    RULES_CHANGED,
    DELIVERY_REFUSED,
    COLLECTOR_DEGRADED,
    COLLECTOR_RECOVERED;

    /** For example {@code finding-opened}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static EventType of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
