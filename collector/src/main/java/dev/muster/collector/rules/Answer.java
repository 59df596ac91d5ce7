package dev.muster.collector.rules;

/** What a host function says. */
sealed interface Answer {
    Answer YES = new Value(true);
    Answer NO = new Value(false);

    /** A {@link String}, {@link Long}, {@link Boolean} or {@link java.util.List}, as the function declares. */
    record Value(Object value) implements Answer {}

    /** What was asked about is not there, and so is a fact that is missing. */
    record Missing(String reason) implements Answer {}

    /** Nothing to answer from: a rule that needs the answer is unknown. */
    record None(String reason) implements Answer {}

    /** The arguments make no sense: a fault of the rule or of the facts it passes on. */
    record Fault(String reason) implements Answer {}
}
