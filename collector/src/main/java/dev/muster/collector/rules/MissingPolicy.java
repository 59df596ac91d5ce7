package dev.muster.collector.rules;

import dev.muster.collector.model.Verdict;

/** What a rule says where a fact that it reads is not there. */
enum MissingPolicy {
    NA(Verdict.NA),
    FAIL(Verdict.FAIL),
    PASS(Verdict.PASS);

    private final Verdict verdict;

    MissingPolicy(Verdict verdict) {
        this.verdict = verdict;
    }

    Verdict verdict() {
        return verdict;
    }
}
