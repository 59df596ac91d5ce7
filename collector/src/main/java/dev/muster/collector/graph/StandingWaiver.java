package dev.muster.collector.graph;

import dev.muster.collector.model.Waiver;

/**
 * A waiver and how far its beginning or its end was carried out.
 *
 * @param settledThrough the id of the last host, in the order of ids, that was judged with it or, once it ended, without it;
 *     {@link #NOWHERE} before the first, {@link #EVERYWHERE} after the last
 * @param warned whether people were told that it ends soon
 */
public record StandingWaiver(Waiver waiver, String settledThrough, boolean warned) {
    public static final String NOWHERE = "";

    /** After every id in their order. */
    public static final String EVERYWHERE = "~";

    public boolean isSettled() {
        return settledThrough.equals(EVERYWHERE);
    }

    public StandingWaiver settled(String through) {
        return new StandingWaiver(waiver, through, warned);
    }

    /** To be carried out anew. */
    public StandingWaiver with(Waiver changed) {
        return new StandingWaiver(changed, NOWHERE, warned);
    }

    public StandingWaiver warn() {
        return new StandingWaiver(waiver, settledThrough, true);
    }
}
