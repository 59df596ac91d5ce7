package dev.muster.protocol.simulation;

/**
 * How bad the network is.
 *
 * @param loss share of datagrams lost one by one
 * @param bursts share of datagrams with which a burst begins: up to 20 in a row are lost
 * @param duplication share delivered twice
 * @param corruption share delivered with one bit flipped, beside the good copy
 * @param minDelayMillis least one-way delay
 * @param maxDelayMillis greatest; datagrams overtake each other within the span
 * @param maxBytes larger datagrams vanish without a word, as in an MTU black hole
 */
public record Weather(
        double loss,
        double bursts,
        double duplication,
        double corruption,
        int minDelayMillis,
        int maxDelayMillis,
        int maxBytes) {
    public static final Weather FAIR = new Weather(0, 0, 0, 0, 1, 1, Integer.MAX_VALUE);
    public static final Weather ROUGH = new Weather(0.1, 0, 0.05, 0.02, 5, 60, Integer.MAX_VALUE);
    public static final Weather FOUL = new Weather(0.3, 0, 0.1, 0.05, 5, 200, Integer.MAX_VALUE);
    public static final Weather GUSTY = new Weather(0.02, 0.03, 0.02, 0.02, 5, 60, Integer.MAX_VALUE);

    public Weather withLoss(double share) {
        return new Weather(share, bursts, duplication, corruption, minDelayMillis, maxDelayMillis, maxBytes);
    }

    public Weather withMaxBytes(int bytes) {
        return new Weather(loss, bursts, duplication, corruption, minDelayMillis, maxDelayMillis, bytes);
    }
}
