package dev.muster.collector.rules;

/**
 * Why a rule, or the rest of a file, was not taken.
 *
 * @param file the file as its source names it
 * @param line from 1
 * @param rule the rule's id; empty where it is not known
 * @param text what is wrong and, where there is one near, what was probably meant; one line
 */
public record Problem(String file, int line, String rule, String text) {
    @Override
    public String toString() {
        return file + ":" + line + ": " + (rule.isEmpty() ? "" : rule + ": ") + text;
    }
}
