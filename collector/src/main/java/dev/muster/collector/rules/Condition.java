package dev.muster.collector.rules;

import java.util.List;
import java.util.Set;

/** A compiled condition: immutable, safe for several threads. */
interface Condition {
    /** The places it may read, in its own order, without those that host functions read. */
    List<FactPath> reads();

    /** The types it names, its own only where it reads it. */
    Set<String> types();

    /** Those of {@link #types()} whose presence it asks for ({@code has(host.x)}): being absent does not make the rule na. */
    Set<String> optionalTypes();

    /** The types from which the host functions answer that it calls. */
    Set<String> functionTypes();

    /** Whether the answer may change with the date alone. */
    boolean readsToday();

    Outcome evaluate(Scene scene);

    /** After an evaluation to false: the elements at which its quantifiers fail. */
    Offenders offenders(Scene scene);

    /**
     * Elements at which a condition fails.
     *
     * @param shown at most {@link dev.muster.collector.model.Evidence#MAX_OFFENDING}, one line each, secrets masked
     * @param total how many there are in all
     */
    record Offenders(List<String> shown, int total) {
        static final Offenders NONE = new Offenders(List.of(), 0);

        public Offenders {
            shown = List.copyOf(shown);
        }
    }
}
