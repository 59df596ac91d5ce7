package dev.muster.collector.rules;

/** What a host function says. */
sealed interface Answer {
    /** A {@link String}, {@link Long} or {@link Boolean}, as the function declares. */
    record Value(Object value) implements Answer {}

    /** Nothing to answer from: a rule that needs the answer is unknown. */
    record None(String reason) implements Answer {}

    /** The arguments make no sense: a fault of the rule or of the facts it passes on. */
    record Fault(String reason) implements Answer {}
}
