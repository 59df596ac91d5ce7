package dev.muster.bench;

/**
 * One line of the table.
 *
 * @param goal empty where there is none
 * @param ratio to what was measured beside it in the same run; empty where nothing was
 */
record Row(String what, String goal, String measured, String ratio, Verdict verdict) {
    /** How it stands to its goal. */
    enum Verdict {
        MET("met"),
        MISSED("missed"),
        NO_GOAL("");

        private final String word;

        Verdict(String word) {
            this.word = word;
        }

        static Verdict of(boolean met) {
            return met ? MET : MISSED;
        }
    }

    /** @param load the load average of the last minute when it was done */
    String markdown(double load) {
        return "| %s | %s | %s | %s | %s | %.1f |".formatted(what, goal, measured, ratio, verdict.word, load);
    }
}
