package dev.muster.bench;

import java.util.Arrays;

/**
 * Two ways to do the same, one after the other in turns, so that what else the machine does falls on both.
 *
 * @param ours median, in nanoseconds an operation
 * @param bare the same of what it is compared with
 * @param ratio the median of the ratios of neighbouring rounds, firmer than the ratio of the medians
 */
record Comparison(double ours, double bare, double ratio) {
    /** One round; returns nanoseconds an operation. */
    interface Round {
        double run() throws Exception;
    }

    /** Runs {@code rounds} of each after {@code warmUps} that do not count. */
    static Comparison of(int warmUps, int rounds, Round ours, Round bare) throws Exception {
        for (int i = 0; i < warmUps; i++) {
            ours.run();
            bare.run();
        }
        double[] oursNanos = new double[rounds];
        double[] bareNanos = new double[rounds];
        double[] ratios = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            oursNanos[i] = ours.run();
            bareNanos[i] = bare.run();
            ratios[i] = oursNanos[i] / bareNanos[i];
        }
        return new Comparison(median(oursNanos), median(bareNanos), median(ratios));
    }

    static double median(double... values) {
        return quantile(0.5, values);
    }

    /** The smallest value that this share of all does not exceed. */
    static double quantile(double share, double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.min(sorted.length - 1L, Math.round(Math.ceil(share * sorted.length)) - 1)];
    }
}
