package dev.muster.agent.app;

import dev.muster.agent.discovery.PlannedInstance;
import dev.muster.agent.discovery.RunResult;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** What discovery costs, the dearest first: for {@code muster-agent discover --timing}. */
final class TimingTable {
    private static final double HOUR_MS = (double) Duration.ofHours(1).toMillis();

    private TimingTable() {}

    /** One run. */
    record Row(PlannedInstance plan, RunResult result) {
        long bytes() {
            return result.report().data().size();
        }

        Duration effective() {
            return plan.effectiveInterval((double) result.cpuMs());
        }

        /** From the end of one to the start of the next is an interval. */
        double runsAnHour() {
            long pauseMs = effective().toMillis();
            return HOUR_MS / (double) (pauseMs + result.report().tookMs());
        }

        double stretch() {
            return (double) effective().toMillis() / plan.interval().toMillis();
        }

        double cpuSecondsAnHour() {
            return runsAnHour() * (double) result.cpuMs() / 1000;
        }
    }

    static void print(Collection<Row> rows, PrintStream out) {
        List<Row> sorted = rows.stream()
                .sorted(Comparator.comparingDouble(Row::cpuSecondsAnHour)
                        .reversed()
                        .thenComparing(row -> row.plan().key()))
                .toList();
        out.printf(
                "%-24s %-12s %8s %8s %9s %8s %8s %9s%n",
                "type", "status", "CPU ms", "wall ms", "bytes", "runs/h", "stretch", "CPU s/h");
        for (Row row : sorted) {
            out.printf(
                    "%-24s %-12s %8d %8d %9d %8.1f %8.1f %9.2f%n",
                    row.plan().key(),
                    row.result().report().status().wireName(),
                    row.result().cpuMs(),
                    row.result().report().tookMs(),
                    row.bytes(),
                    row.runsAnHour(),
                    row.stretch(),
                    row.cpuSecondsAnHour());
        }
        out.printf(
                "%-24s %-12s %8d %8d %9d %8.1f %8s %9.2f%n",
                "all " + sorted.size(),
                "",
                sorted.stream().mapToLong(row -> row.result().cpuMs()).sum(),
                sorted.stream().mapToLong(row -> row.result().report().tookMs()).sum(),
                sorted.stream().mapToLong(Row::bytes).sum(),
                sorted.stream().mapToDouble(Row::runsAnHour).sum(),
                "",
                sorted.stream().mapToDouble(Row::cpuSecondsAnHour).sum());
    }
}
