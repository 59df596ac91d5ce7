package dev.muster.collector.rules;

/** What became of evaluating a condition. */
sealed interface Outcome {
    enum Truth implements Outcome {
        TRUE,
        FALSE
    }

    /** A fact that decides is not there. */
    record Missing(String reason) implements Outcome {}

    /** A host function that decides has nothing to answer from. */
    record Unanswered(String reason) implements Outcome {}

    /** The condition does not fit the facts: a type error, a comprehension without end, a division by zero. */
    record Fault(String reason) implements Outcome {}
}
