package dev.muster.collector.apply;

import dev.muster.collector.graph.OutboxRows;
import dev.muster.collector.model.Outbox;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;

/** The outbox in the graph; what makes an event goes through the queue. */
final class DeliveryOutbox implements Outbox {
    private final OutboxRows rows;
    private final Inputs inputs;

    DeliveryOutbox(OutboxRows rows, Inputs inputs) {
        this.rows = rows;
        this.inputs = inputs;
    }

    @Override
    public List<Row> claim(String worker, Instant now, Duration lease, int limit) {
        return rows.claim(worker, now, lease, limit);
    }

    @Override
    public void voidClaims() {
        rows.voidClaims();
    }

    @Override
    public void delivered(List<Row> delivered, Instant at) {
        rows.delivered(delivered, at);
    }

    @Override
    public void retry(Row row, Instant nextAttempt, String error) {
        rows.retry(row, nextAttempt, error);
    }

    /** Its time is that of the commit, as with every event. */
    @Override
    public void refused(Row row, Instant at, String error) {
        var input = new Input.DeliveryRefused(row, error);
        Optional<CompletionStage<Outcome.Seen>> taken = inputs.offer(input);
        while (taken.isEmpty()) {
            awaitRoom();
            taken = inputs.offer(input);
        }
        taken.get().toCompletableFuture().join();
    }

    private void awaitRoom() {
        var room = new CountDownLatch(1);
        inputs.whenRoom(room::countDown);
        try {
            room.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ApplyException("interrupted while the queue was full", e);
        }
    }

    @Override
    public int deliveredSince(Instant since) {
        return rows.deliveredSince(since);
    }

    @Override
    public Instant nextDue() {
        return rows.nextDue();
    }
}
