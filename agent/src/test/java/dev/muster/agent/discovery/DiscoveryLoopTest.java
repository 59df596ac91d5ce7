package dev.muster.agent.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.protocol.message.FactsReport;
import dev.muster.protocol.message.FactsStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class DiscoveryLoopTest {
    private static final InstanceKey OS = InstanceKey.of("os");

    @TempDir
    private Path dir;

    private final CollectingSink sink = new CollectingSink();
    private volatile String value = "1";

    @Test
    void handsOverOnlyWhatChanged() {
        try (DiscoveryLoop loop = loop(this::discover)) {
            begin(loop, os());
            await().until(() -> sink.taken.size() == 1);
            loop.runNow(OS);
            await().until(() -> loop.status().counters().runs() == 2);
            assertThat(sink.taken).hasSize(1);
            value = "2";
            loop.changed(OS);
            await().until(() -> sink.taken.size() == 2);
            await().untilAsserted(() ->
                    assertThat(loop.status().counters()).isEqualTo(new DiscoveryStatus.Counters(3, 2, 1, 0, 0)));
        }
    }

    @Test
    void doesNotRepeatItselfAfterARestart() {
        try (DiscoveryLoop loop = loop(this::discover)) {
            begin(loop, os());
            await().until(() -> loop.status().counters().runs() == 1);
        }
        try (DiscoveryLoop loop = loop(this::discover)) {
            assertThat(loop.isKnown(OS)).isTrue();
            begin(loop, os());
            await().until(() -> loop.status().counters().unchanged() == 1);
            assertThat(sink.taken).hasSize(1);
        }
    }

    @Test
    void sendsAgainWhatTheCollectorWantsAndAllOfItToANewSpool() {
        try (DiscoveryLoop loop = loop(this::discover)) {
            begin(loop, os());
            await().until(() -> sink.taken.size() == 1);
            loop.resend(List.of(OS));
            await().until(() -> sink.taken.size() == 2);
            loop.startOver("another");
            await().until(() -> sink.taken.size() == 3);
            loop.runNow(OS);
            await().until(() -> loop.status().counters().unchanged() == 1);
            assertThat(sink.taken).hasSize(3);
        }
    }

    @Test
    void sumsUpWhatWasHandedOverAndWhenEachRanLast() throws InterruptedException {
        try (DiscoveryLoop loop = loop(this::discover)) {
            begin(loop, os());
            await().until(() -> loop.isKnown(OS));
            HandedOver one = loop.handedOver(() -> 7).orElseThrow();
            assertThat(one.seq()).isEqualTo(7);
            assertThat(one.instances())
                    .containsExactly(Map.entry(OS, Optional.of(sink.of("os").hash())));
            assertThat(one.ended()).extracting(HandedOver.Run::key).containsExactly(OS);
            assertThat(one.ended().getFirst().interval()).isEqualTo(Duration.ofMinutes(1));

            loop.plan(new DiscoveryPlan(List.of(), List.of()));
            HandedOver none = loop.handedOver(() -> 7).orElseThrow();
            assertThat(none.instances()).as("no longer discovered").isEmpty();
            assertThat(none.ended()).isEmpty();
        }
    }

    @Test
    void aScriptThatHangsIsNeitherHandedOverNorHasItRun() throws InterruptedException {
        var started = new CountDownLatch(1);
        try (DiscoveryLoop loop = loop(plan -> {
            started.countDown();
            new CountDownLatch(1).await();
            return discover(plan);
        })) {
            begin(loop, os());
            await().until(() -> started.getCount() == 0);
            HandedOver now = loop.handedOver(() -> 0).orElseThrow();
            assertThat(now.instances()).containsExactly(Map.entry(OS, Optional.empty()));
            assertThat(now.ended()).isEmpty();
        }
    }

    @Test
    void sumsUpOnlyWhenNoFactsAreOnTheirWay() throws Exception {
        sink.held = new CountDownLatch(1);
        try (DiscoveryLoop loop = loop(this::discover)) {
            begin(loop, os());
            await().until(() -> sink.offers.get() == 1);
            var summed = new CompletableFuture<HandedOver>();
            Thread.ofVirtual().start(() -> {
                try {
                    summed.complete(loop.handedOver(sink.taken::size).orElseThrow());
                } catch (InterruptedException | RuntimeException e) {
                    summed.completeExceptionally(e);
                }
            });
            assertThat(summed).isNotDone();
            sink.held.countDown();
            HandedOver now = summed.get(10, TimeUnit.SECONDS);
            assertThat(now.seq()).isEqualTo(1);
            assertThat(now.instances().get(OS)).isPresent();
        }
    }

    @Test
    void sendsNothingAgainThatIsNotPlanned() throws InterruptedException {
        try (DiscoveryLoop loop = loop(this::discover)) {
            begin(loop, os());
            await().until(() -> loop.isKnown(OS));
            loop.resend(List.of(InstanceKey.of("cpu")));
            assertThat(loop.handedOver(() -> 1).orElseThrow().instances()).containsOnlyKeys(OS);
        }
    }

    @Test
    void runsNothingWhileTheSpoolHasNoRoom() {
        sink.hasRoom = false;
        try (DiscoveryLoop loop = loop(this::discover)) {
            begin(loop, os());
            await().until(() -> loop.status().isHeld());
            assertThat(loop.status().counters().runs()).isZero();
            sink.hasRoom = true;
            await().until(() -> sink.taken.size() == 1);
            assertThat(loop.status().isHeld()).isFalse();
        }
    }

    @Test
    void offersAgainWhatWasRefused() {
        sink.answer = FactsSink.Offer.REFUSED;
        try (DiscoveryLoop loop = loop(this::discover)) {
            begin(loop, os());
            await().until(() -> loop.status().counters().refusedBySink() == 1);
            assertThat(loop.isKnown(OS)).isFalse();
            sink.answer = FactsSink.Offer.TAKEN;
            loop.runNow(OS);
            await().until(() -> loop.isKnown(OS));
        }
    }

    @Test
    void goesOnAfterADiscovererThatThrows() {
        var calls = new AtomicInteger();
        Discoverer failing = plan -> switch (calls.incrementAndGet()) {
            case 1 -> throw new IllegalStateException("thrown by the test");
            case 2 -> throw new OutOfMemoryError("thrown by the test");
            default -> discover(plan);
        };
        try (DiscoveryLoop loop = loop(failing)) {
            begin(loop, os());
            await().until(() -> loop.status().counters().impaired() == 1);
            assertThat(loop.status().instances().getFirst().problem()).contains("thrown by the test");
            loop.runNow(OS);
            await().until(() -> loop.status().counters().impaired() == 2);
            loop.runNow(OS);
            await().until(() -> sink.taken.size() == 1);
            await().until(() -> loop.status().instances().getFirst().problem().isEmpty());
        }
    }

    @Test
    void saysHowEachInstanceIsDoing() {
        try (DiscoveryLoop loop = loop(plan -> {
            RunResult good = discover(plan);
            return plan.key().equals(OS)
                    ? new RunResult(good.report(), 120, Optional.empty())
                    : new RunResult(failed(plan), 0, Optional.of("writable by group"));
        })) {
            var cpuType = Scripts.type("cpu", Duration.ofSeconds(1), Optional.empty());
            begin(loop, os(), PlannedInstance.of(cpuType, Scripts.SOON));
            await().until(() -> loop.status().counters().runs() == 2);
            List<DiscoveryStatus.Instance> instances = loop.status().instances();
            DiscoveryStatus.Instance cpu = instances.getFirst();
            DiscoveryStatus.Instance os = instances.getLast();
            assertThat(cpu.status()).contains(FactsStatus.ERROR);
            assertThat(cpu.problem()).isEqualTo("writable by group");
            assertThat(cpu.stretch()).isEqualTo(1.0);
            assertThat(os.effective()).isEqualTo(Duration.ofMinutes(2));
            assertThat(os.stretch()).isEqualTo(2.0);
            assertThat(os.lastRun()).isPresent();
            assertThat(os.handedOver()).contains(sink.of("os").hash());
            assertThat(loop.status().counters().impaired()).isEqualTo(1);
        }
    }

    @Test
    void stopsWhatRunsWhenClosed() {
        var started = new CountDownLatch(1);
        var stopped = new CountDownLatch(1);
        DiscoveryLoop loop = loop(plan -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } finally {
                stopped.countDown();
            }
            return discover(plan);
        });
        begin(loop, os());
        await().until(() -> started.getCount() == 0);
        loop.close();
        assertThat(stopped.getCount()).isZero();
        assertThat(sink.taken).isEmpty();
    }

    private DiscoveryLoop loop(Discoverer discoverer) {
        var settings = new DiscoveryLoop.Settings(1, 2, dir.resolve("hashes"), "epoch");
        return new DiscoveryLoop(settings, discoverer, sink, System::nanoTime, Thread::new);
    }

    private static void begin(DiscoveryLoop loop, PlannedInstance... plans) {
        loop.plan(new DiscoveryPlan(List.of(plans), List.of()));
        List.of(plans).forEach(plan -> loop.runNow(plan.key()));
        loop.start();
    }

    private static PlannedInstance os() {
        return PlannedInstance.of(Scripts.type("os", Duration.ofSeconds(1), Optional.empty()), Scripts.SOON);
    }

    private RunResult discover(PlannedInstance plan) {
        return new RunResult(
                ChangeDetectorTest.report(plan.key().type(), plan.key().instance(), value, 1), 0, Optional.empty());
    }

    private static FactsReport failed(PlannedInstance plan) {
        FactsReport good = ChangeDetectorTest.report(plan.key().type(), "", "", 1);
        return FactsReport.of(
                good.type(),
                "",
                1,
                FactsStatus.ERROR,
                List.of(),
                List.of("refused"),
                List.of(),
                good.data(),
                good.ranAt(),
                1);
    }

    private static final class CollectingSink implements FactsSink {
        private final List<FactsReport> taken = new CopyOnWriteArrayList<>();
        private volatile boolean hasRoom = true;
        private volatile Offer answer = Offer.TAKEN;
        private final AtomicInteger offers = new AtomicInteger();
        private volatile CountDownLatch held = new CountDownLatch(0);

        @Override
        public boolean hasRoom() {
            return hasRoom;
        }

        @Override
        public Offer offer(FactsReport report) {
            offers.incrementAndGet();
            try {
                held.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (answer == Offer.TAKEN) {
                taken.add(report);
            }
            return answer;
        }

        private FactsReport of(String type) {
            return taken.stream().filter(r -> r.type().equals(type)).findFirst().orElseThrow();
        }
    }
}
