package dev.muster.collector.rules;

/** The language of conditions, so that another one can take its place. Safe for several threads. */
interface RuleLanguage {
    /**
     * Makes a condition of its text.
     *
     * @param type the discovery type that {@code facts} stands for
     * @throws RuleException where the text is no condition over declared facts
     */
    Condition compile(String type, String text) throws RuleException;
}
