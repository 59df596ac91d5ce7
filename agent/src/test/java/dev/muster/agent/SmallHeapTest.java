package dev.muster.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.agent.discovery.DiscoveryLoop;
import dev.muster.agent.discovery.DiscoveryPlan;
import dev.muster.agent.discovery.DiscoveryType;
import dev.muster.agent.discovery.FactsSink;
import dev.muster.agent.discovery.PlannedInstance;
import dev.muster.agent.discovery.Runner;
import dev.muster.agent.discovery.RunnerSettings;
import dev.muster.agent.spool.Append;
import dev.muster.agent.spool.Spool;
import dev.muster.agent.spool.SpoolChannel;
import dev.muster.protocol.message.FactsReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a JVM of its own, with the heap that the agent is shipped with: two scripts at once, each with the most facts that are allowed. */
class SmallHeapTest {
    private static final int RUNS = 6;

    /** Members of 12 bytes each: 2 MiB but for a few hundred bytes. */
    private static final int MEMBERS = 174_700;

    private static final int LEAST_BYTES = FactsReport.MAX_DATA_BYTES - 1_000;

    @TempDir
    private Path dir;

    @Test
    void carriesTheLargestFactsFromScriptToSpool() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "@../packaging/agent/root/usr/lib/muster-agent/java.options",
                        "-Xmx24m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Inner.class.getName(),
                        dir.toString())
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("output").toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(dir.resolve("output")))
                .isZero();
    }

    /** What runs in that JVM. */
    static final class Inner {
        private Inner() {}

        public static void main(String[] args) throws Exception {
            Path dir = Path.of(args[0]);
            Files.createDirectory(dir.resolve("lib"));
            // Names in descending order, so that they have to be sorted.
            Path script = dir.resolve("discover");
            Files.writeString(
                    script,
                    "#!/bin/sh\nawk 'BEGIN { printf \"{\"; for (i = " + MEMBERS
                            + "; i > 0; i--) printf \"\\\"k%06d\\\":%d,\", i, i % 10;"
                            + " printf \"\\\"z\\\":1}\" }'\n");
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
            var settings = new RunnerSettings(
                    RunnerSettings.DEFAULT_SEARCH_PATH, "", dir.resolve("lib"), dir.resolve("pipes"));
            var runner = new Runner(settings, InstantSource.system(), System::nanoTime);
            try (Spool spool = Spool.open(dir.resolve("spool"), 64 << 20, new Random(1))) {
                run(dir, script, runner, spool);
            }
        }

        private static void run(Path dir, Path script, Runner runner, Spool spool) throws InterruptedException {
            var remaining = new CountDownLatch(RUNS);
            FactsSink sink = new SpoolSink(spool, remaining);
            var loopSettings = new DiscoveryLoop.Settings(
                    1, 2, dir.resolve("hashes"), spool.id().toString());
            try (var loop = new DiscoveryLoop(loopSettings, runner, sink, System::nanoTime, Thread::new)) {
                List<PlannedInstance> plans = new ArrayList<>();
                for (int i = 1; i <= RUNS; i++) {
                    plans.add(plan("type" + i, script));
                }
                loop.plan(new DiscoveryPlan(plans, List.of()));
                loop.start();
                if (!remaining.await(50, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("only " + loop.status());
                }
            }
            for (int seq = 1; seq <= RUNS; seq++) {
                int size =
                        spool.peek(SpoolChannel.RESULTS, seq, 1, 1).getFirst().body().length;
                if (size < LEAST_BYTES) {
                    throw new IllegalStateException("record " + seq + " has " + size + " bytes");
                }
            }
        }

        private static PlannedInstance plan(String name, Path script) {
            var type = new DiscoveryType(
                    name,
                    "",
                    1,
                    List.of("linux"),
                    DiscoveryType.Activation.BY_DEFAULT,
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(30),
                    List.of(),
                    Map.of(),
                    List.of(),
                    List.of(),
                    Optional.of(script));
            return PlannedInstance.of(type, PlannedInstance.FirstRun.SOON);
        }
    }

    private record SpoolSink(Spool spool, CountDownLatch remaining) implements FactsSink {
        @Override
        public boolean hasRoom() {
            return !spool.isFull();
        }

        @Override
        public Offer offer(FactsReport report) {
            Append append = spool.append(SpoolChannel.RESULTS, 3, report.type(), report.encode());
            if (!(append instanceof Append.Stored) || report.data().size() < LEAST_BYTES) {
                System.out.println(append + " " + report.status() + " " + report.errors());
                System.exit(1);
            }
            remaining.countDown();
            return Offer.TAKEN;
        }
    }
}
