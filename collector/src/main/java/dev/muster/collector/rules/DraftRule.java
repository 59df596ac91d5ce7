package dev.muster.collector.rules;

import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Rule;

/**
 * A rule whose form is right and whose conditions are still text.
 *
 * @param own the instance that {@code facts} stands for
 * @param file where it stands
 * @param line where it starts
 * @param whenLine where the text of {@code when} starts
 * @param checkLine where the text of {@code check} starts
 */
record DraftRule(
        Rule rule,
        InstanceKey own,
        String when,
        MissingPolicy missing,
        String file,
        int line,
        int whenLine,
        int checkLine) {
    Problem problem(int at, String text) {
        return new Problem(file, at, rule.id(), OneLine.of(text));
    }
}
