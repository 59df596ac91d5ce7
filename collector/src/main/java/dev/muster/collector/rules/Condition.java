package dev.muster.collector.rules;

import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.rules.HostFunction.Beside;
import java.util.List;
import java.util.Set;

/** A compiled condition: immutable, safe for several threads. */
interface Condition {
    /** The places it may read, in its own order, without those that host functions read. */
    List<FactPath> reads();

    /** The instances it names, its rule's own only where it reads it. */
    Set<InstanceKey> sources();

    /** Those of {@link #sources()} whose presence it asks for ({@code has(host.x)}): being absent does not make the rule na. */
    Set<InstanceKey> optionalSources();

    /** The types from which the host functions answer that it calls. */
    Set<String> functionTypes();

    /** What of them the functions answer from; whole types where that is not known more closely. */
    Set<FactPath> functionReads();

    /** Whether the answer may change with what is no fact. */
    Set<Beside> beside();

    /** The parameters it names. */
    Set<String> parameters();

    /** The paths and globs whose attributes it needs, for every value that its parameters have. */
    Set<String> pathsRead();

    /** Notes in {@code answers} what its functions said. */
    Outcome evaluate(Scene scene, Answers answers);

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
