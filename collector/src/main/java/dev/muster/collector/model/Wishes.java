package dev.muster.collector.model;

import java.util.List;

/** What agents are to discover otherwise than the types declare. */
public interface Wishes {
    /** The same answer as long as the collector runs. */
    List<Wish> of(HostId host);
}
