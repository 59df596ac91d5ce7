package dev.muster.protocol.simulation;

/**
 * How bad the network is.
 *
 * @param loss share of datagrams lost
 * @param duplication share delivered twice
 * @param corruption share delivered with one bit flipped, beside the good copy
 * @param minDelayMillis least one-way delay
 * @param maxDelayMillis greatest; datagrams overtake each other within the span
 */
public record Weather(double loss, double duplication, double corruption, int minDelayMillis, int maxDelayMillis) {
    public static final Weather FAIR = new Weather(0, 0, 0, 1, 1);
    public static final Weather ROUGH = new Weather(0.1, 0.05, 0.02, 5, 60);
    public static final Weather FOUL = new Weather(0.3, 0.1, 0.05, 5, 200);

    public Weather withLoss(double share) {
        return new Weather(share, duplication, corruption, minDelayMillis, maxDelayMillis);
    }
}
