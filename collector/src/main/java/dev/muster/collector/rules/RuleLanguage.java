package dev.muster.collector.rules;

import dev.muster.collector.model.InstanceKey;

/** The language of conditions, so that another one can take its place. Safe for several threads. */
interface RuleLanguage {
    /**
     * Makes a condition of its text.
     *
     * @param own the instance that {@code facts} stands for
     * @throws RuleException where the text is no condition over declared facts
     */
    Condition compile(InstanceKey own, String text) throws RuleException;
}
