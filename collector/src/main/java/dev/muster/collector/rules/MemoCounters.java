package dev.muster.collector.rules;

/**
 * How often a verdict was known already.
 *
 * @param hits verdicts taken from the memo, since the rule set was loaded
 * @param misses verdicts worked out
 * @param kept verdicts remembered now
 */
public record MemoCounters(long hits, long misses, int kept) {}
