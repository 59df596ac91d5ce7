package dev.muster.collector.rules;

import java.util.List;

/**
 * The rules that could be taken, and why others could not; a broken rule never costs another one.
 *
 * @param problems in the order of the files
 */
public record LoadResult(RuleSet set, List<Problem> problems) {
    public LoadResult {
        problems = List.copyOf(problems);
    }
}
