package dev.muster.bench;

import dev.muster.protocol.session.ResponderConfig;
import dev.muster.protocol.udp.UdpException;
import dev.muster.protocol.udp.UdpHost;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Ten thousand agents come, and come back to a collector that was restarted. Agents and collector share this JVM. */
final class FleetItem implements Item {
    private static final int AGENTS = 10_000;
    private static final long APART_NANOS = 1_000_000;
    private static final double GOAL_SERVED_SECONDS = 12;
    private static final double GOAL_P99_MILLIS = 250;
    private static final Duration GOAL_BACK = ResponderConfig.DEFAULT_KEEPALIVE.plusSeconds(10);
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final long LOOK_MILLIS = 20;

    @Override
    public List<Row> measure() throws Exception {
        UdpHost first = open(0);
        InetSocketAddress place = first.localAddress();
        UdpHost second;
        long startNanos;
        long servedNanos;
        long openedNanos;
        var fleet = new Fleet(AGENTS, place);
        try (fleet) {
            startNanos = System.nanoTime();
            fleet.start(APART_NANOS);
            servedNanos = await(fleet, startNanos);
            first.close();
            second = open(place.getPort());
            openedNanos = System.nanoTime();
            await(fleet, openedNanos);
        }
        second.close();
        double[] latencies = fleet.firstLatencyNanos();
        double p50 = Comparison.median(latencies) / NANOS_PER_MILLI;
        double p99 = Comparison.quantile(0.99, latencies) / NANOS_PER_MILLI;
        double served = (servedNanos - startNanos) / NANOS_PER_SECOND;
        double back = (Arrays.stream(fleet.establishedNanos()).max().orElseThrow() - openedNanos) / NANOS_PER_SECOND;
        return List.of(
                new Row(
                        "10,000 handshakes offered at 1,000 a second: all served",
                        "≤ %.0f s".formatted(GOAL_SERVED_SECONDS),
                        "%.1f s".formatted(served),
                        "",
                        Row.Verdict.of(served <= GOAL_SERVED_SECONDS)),
                new Row(
                        "the same: p99 from offer to session",
                        "≤ %.0f ms".formatted(GOAL_P99_MILLIS),
                        "%.0f ms; p50 %.1f ms; the slowest hundredth are among the first %,d"
                                .formatted(p99, p50, lastAtLeast(p99 * NANOS_PER_MILLI, latencies)),
                        "",
                        Row.Verdict.of(p99 <= GOAL_P99_MILLIS)),
                new Row(
                        "10,000 agents back after a restart of the collector",
                        "≤ keep-alive + 10 s = %d s".formatted(GOAL_BACK.toSeconds()),
                        "%.1f s".formatted(back),
                        "",
                        Row.Verdict.of(back <= GOAL_BACK.toSeconds())));
    }

    /** The number, from 1, of the last that took so long. */
    private static int lastAtLeast(double nanos, double[] latencies) {
        int last = latencies.length;
        while (last > 0 && latencies[last - 1] < nanos) {
            last--;
        }
        return last;
    }

    private static UdpHost open(int port) throws UdpException {
        return UdpHost.open(new InetSocketAddress("127.0.0.1", port), world -> Parts.collector(world, world, _ -> {}));
    }

    private static long await(Fleet fleet, long sinceNanos) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (fleet.establishedSince(sinceNanos) < AGENTS) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        "only " + fleet.establishedSince(sinceNanos) + " agents have a session");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return System.nanoTime();
    }
}
