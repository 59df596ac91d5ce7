package dev.muster.collector.model;

import java.util.Optional;

/** The collector's own keys. Calls touch files; from any thread. */
public interface Keyring {
    /** How things stand. */
    Keys now();

    /** The private half of the spare, a secret; empty where it has been moved away. */
    Optional<String> spareSecret();

    /** The spare is safe elsewhere: only its public half stays. Empty where that is done, else why not. */
    Optional<String> spareExported(String fingerprint);

    /**
     * Makes the spare the current pair from the next start on, and a new spare. Empty where that is done, else why not.
     *
     * @param secret the private half of the spare; empty to take the one that lies here
     * @param old what becomes of the pair in use
     */
    Optional<String> rotate(Optional<String> secret, Old old);

    /** What becomes of the pair that was in use. */
    enum Old {
        /** The collector still answers agents that know no other; for a change as a matter of routine. */
        KEPT,
        /** It is deleted, since somebody else may hold it; agents that do not know the spare have to be given it. */
        DISCARDED
    }

    /**
     * Fingerprints.
     *
     * @param current the one in use since the start
     * @param spare the next one
     * @param place where the private half of the spare is
     * @param old of the one before, where the collector still answers to it
     * @param next the one in use from the next start on, where that is another one
     */
    record Keys(String current, String spare, Place place, Optional<String> old, Optional<String> next) {}

    /** Where the private half of the spare is. */
    enum Place {
        /** Where it is lost together with the current one, and stolen with it. */
        ON_THIS_MACHINE,
        MOVED_AWAY
    }
}
