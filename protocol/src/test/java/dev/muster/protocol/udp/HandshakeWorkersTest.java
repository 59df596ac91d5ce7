package dev.muster.protocol.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class HandshakeWorkersTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int HALF = HandshakeWorkers.QUEUE / 2;

    private final List<Integer> order = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch oneWorker = new CountDownLatch(1);
    private final CountDownLatch others = new CountDownLatch(1);

    @Test
    void takesTheNewestFirstFromHalfFullOn() {
        try (var workers = occupied()) {
            for (int i = 0; i < HALF + 3; i++) {
                assertThat(submit(workers, i)).isTrue();
            }
            oneWorker.countDown();
            await().atMost(SOON).until(() -> order.size() == HALF + 3);
            assertThat(order).startsWith(HALF + 2, HALF + 1, HALF, 0, 1, 2).endsWith(HALF - 2, HALF - 1);
        }
    }

    @Test
    void refusesMoreThanItsQueueHolds() {
        try (var workers = occupied()) {
            for (int i = 0; i < HandshakeWorkers.QUEUE; i++) {
                assertThat(submit(workers, i)).isTrue();
            }
            assertThat(submit(workers, HandshakeWorkers.QUEUE)).isFalse();
        }
    }

    /** All threads wait: the first for its latch, the others to the end, so that one thread makes the order. */
    private HandshakeWorkers occupied() {
        var workers = new HandshakeWorkers(Runnable::run);
        for (int i = 0; i < HandshakeWorkers.WORKERS; i++) {
            CountDownLatch latch = i == 0 ? oneWorker : others;
            workers.submit(() -> hold(latch), _ -> {});
        }
        return workers;
    }

    private boolean submit(HandshakeWorkers workers, int number) {
        return workers.submit(() -> number, order::add);
    }

    private static boolean hold(CountDownLatch latch) {
        try {
            return latch.await(SOON.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
