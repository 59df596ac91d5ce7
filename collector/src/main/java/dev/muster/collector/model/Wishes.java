package dev.muster.collector.model;

import java.util.List;

/** What agents are to discover otherwise than the types declare. */
public interface Wishes {
    /** The same answer for the same facts. */
    List<Wish> of(FactsView host);

    /** Whether the answer may be another one when facts of this type have changed. */
    default boolean followFrom(String type) {
        return false;
    }
}
