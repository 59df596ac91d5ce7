package dev.muster.collector.model;

import java.util.Locale;

/** Everything that can happen. The words are part of the API and of what hooks and routes match. */
public enum EventType {
    HOST_NEW(Weight.NEWS),
    HOST_PENDING(Weight.NEWS),
    HOST_UP(Weight.GOOD),
    HOST_DOWN(Weight.ALARM),
    HOST_AGENT_DIED(Weight.ALARM),
    HOST_SHUT_DOWN(Weight.NEWS),
    HOST_STATE_WENT_BACK(Weight.TROUBLE),
    /** Two machines use one key: a copy of a virtual machine. */
    HOST_CLONE(Weight.ALARM),
    HOST_RENAMED(Weight.NEWS),
    HOST_RETIRED(Weight.NEWS),
    AGENT_REVOKED(Weight.NEWS),
    /** An agent uses another key, which it named in a session of the one before. */
    AGENT_KEY_CHANGED(Weight.NEWS),
    /** Two hosts, or the collector and a host, do not hear each other, and both live. */
    PATH_PROBLEM(Weight.NEWS),
    PATH_RECOVERED(Weight.GOOD),
    FINDING_OPENED(Weight.TROUBLE),
    FINDING_CLEARED(Weight.GOOD),
    /** A finding is over since somebody accepts the failure: not in compliance, and no mail. */
    FINDING_WAIVED(Weight.NEWS),
    WAIVER_CREATED(Weight.NEWS),
    /** Within two weeks a waiver ends. */
    WAIVER_ENDING(Weight.NEWS),
    WAIVER_ENDED(Weight.NEWS),
    /** The administrator gave a host other roles or labels. */
    HOST_MARKED(Weight.NEWS),
    /** A host's first facts of a type with rules: its findings come as one summary. */
    FIRST_REPORT(Weight.NEWS),
    DISCOVERY_IMPAIRED(Weight.TROUBLE),
    DISCOVERY_RECOVERED(Weight.GOOD),
    RULE_FAULT(Weight.TROUBLE),
    /** Another rule set is in force: what it opened and cleared comes as one summary, in {@code detail} as numbers. */
    RULES_CHANGED(Weight.NEWS),
    DELIVERY_REFUSED(Weight.TROUBLE),
    COLLECTOR_DEGRADED(Weight.ALARM),
    COLLECTOR_RECOVERED(Weight.GOOD);

    /** How much a person should care, whatever the event is about. */
    public enum Weight {
        GOOD,
        NEWS,
        TROUBLE,
        ALARM
    }

    /** Where an event's detail says to an administrator what to do about it. */
    public static final String WHAT_TO_DO = "whatToDo";

    private final Weight weight;

    EventType(Weight weight) {
        this.weight = weight;
    }

    public Weight weight() {
        return weight;
    }

    /** For example {@code finding-opened}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static EventType of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
