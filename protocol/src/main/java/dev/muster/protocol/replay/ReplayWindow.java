package dev.muster.protocol.replay;

/**
 * The counters seen in one direction of one session, after RFC 6479: a ring of 17 words, so that a window of 1,024 packets can move on
 * by clearing whole words, without a shift. Not thread-safe.
 */
public final class ReplayWindow {
    /** How far behind the newest counter a packet may arrive. */
    public static final int PACKETS = 1_024;

    private static final int WORDS = PACKETS / Long.SIZE + 1;

    private final long[] ring = new long[WORDS];
    private long newest = -1;

    /** Whether a packet with this counter would be accepted; changes nothing, so it may be asked before the packet is authentic. */
    public boolean fresh(long counter) {
        if (counter > newest) {
            return true;
        }
        return newest - counter < PACKETS && (ring[word(counter)] & bit(counter)) == 0;
    }

    /** The largest counter accepted so far, or -1. */
    public long newest() {
        return newest;
    }

    /** Takes note of a counter; only after the packet has proved authentic. Returns false if it had to be refused after all. */
    public boolean accept(long counter) {
        if (!fresh(counter)) {
            return false;
        }
        if (counter > newest) {
            long steps = Math.min(counter / Long.SIZE - Math.floorDiv(newest, Long.SIZE), WORDS);
            for (long i = 1; i <= steps; i++) {
                ring[(int) ((Math.floorDiv(newest, Long.SIZE) + i) % WORDS)] = 0;
            }
            newest = counter;
        }
        ring[word(counter)] |= bit(counter);
        return true;
    }

    private static int word(long counter) {
        return (int) (counter / Long.SIZE % WORDS);
    }

    private static long bit(long counter) {
        return 1L << (counter % Long.SIZE);
    }
}
