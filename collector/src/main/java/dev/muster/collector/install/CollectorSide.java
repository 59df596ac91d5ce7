package dev.muster.collector.install;

import java.util.Set;

/** What the collector does for an installation. From several threads; trouble is an {@link InstallException}. */
public interface CollectorSide {
    /** A token for one host, a secret. */
    String token();

    /** The keys that it trusts now, as fingerprints. */
    Set<String> trusted();

    /** What the collector knows of the agent with that key. */
    Standing standing(String fingerprint);

    /** How an agent stands with the collector. */
    sealed interface Standing {
        /** Nothing was ever heard of that key. */
        record Unheard() implements Standing {}

        /** It asks to be let in. */
        record Pending() implements Standing {}

        /**
         * It speaks for a host.
         *
         * @param reports how many discovery types have reported
         */
        record Trusted(String host, int reports) implements Standing {}
    }
}
