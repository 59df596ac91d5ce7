package dev.muster.collector.model;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An outbox that keeps its rows in memory, and that can fail as a graph does. Safe for use by several threads. */
public final class MemoryOutbox implements Outbox {
    /** What became of a row. */
    public enum Fate {
        PENDING,
        DELIVERED,
        REFUSED
    }

    /** A row and where it stands. */
    public record Entry(Row row, Fate fate, Instant due, Instant claimedUntil, Optional<String> error) {}

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final List<Instant> delivered = new ArrayList<>();
    private int failures;

    public synchronized void add(Row row) {
        entries.put(row.id(), new Entry(row, Fate.PENDING, row.created(), Instant.MIN, Optional.empty()));
    }

    /** The next {@code calls} settlements fail and change nothing, as where the graph is away. */
    public synchronized void failSettlements(int calls) {
        failures = calls;
    }

    public synchronized Entry entry(String id) {
        return Optional.ofNullable(entries.get(id)).orElseThrow();
    }

    public synchronized List<String> pending() {
        return entries.values().stream()
                .filter(entry -> entry.fate() == Fate.PENDING)
                .map(entry -> entry.row().id())
                .toList();
    }

    @Override
    public synchronized List<Row> claim(String worker, Instant now, Duration lease, int limit) {
        List<Entry> due = entries.values().stream()
                .filter(entry -> entry.fate() == Fate.PENDING)
                .filter(entry ->
                        !entry.due().isAfter(now) && !entry.claimedUntil().isAfter(now))
                .sorted(Comparator.comparing(entry -> entry.row().created()))
                .limit(limit)
                .toList();
        due.forEach(entry -> put(entry.row(), Fate.PENDING, entry.due(), now.plus(lease), entry.error()));
        return due.stream().map(Entry::row).toList();
    }

    @Override
    public synchronized void voidClaims() {
        entries.replaceAll(
                (id, entry) -> new Entry(entry.row(), entry.fate(), entry.due(), Instant.MIN, entry.error()));
    }

    @Override
    public synchronized void delivered(List<Row> rows, Instant at) {
        failIfAsked();
        delivered.add(at);
        rows.forEach(row -> put(row, Fate.DELIVERED, at, Instant.MIN, Optional.empty()));
    }

    @Override
    public synchronized void retry(Row row, Instant nextAttempt, String error) {
        failIfAsked();
        Row again = new Row(row.id(), row.route(), row.events(), row.created(), row.attempts() + 1);
        put(again, Fate.PENDING, nextAttempt, Instant.MIN, Optional.of(error));
    }

    @Override
    public synchronized void refused(Row row, Instant at, String error) {
        failIfAsked();
        put(row, Fate.REFUSED, at, Instant.MIN, Optional.of(error));
    }

    @Override
    public synchronized int deliveredSince(Instant since) {
        return (int) delivered.stream().filter(at -> !at.isBefore(since)).count();
    }

    @Override
    public synchronized Instant nextDue() {
        return entries.values().stream()
                .filter(entry ->
                        entry.fate() == Fate.PENDING && entry.claimedUntil().equals(Instant.MIN))
                .map(Entry::due)
                .min(Comparator.naturalOrder())
                .orElse(Instant.MAX);
    }

    private void put(Row row, Fate fate, Instant due, Instant claimedUntil, Optional<String> error) {
        entries.put(row.id(), new Entry(row, fate, due, claimedUntil, error));
    }

    private void failIfAsked() {
        if (failures > 0) {
            failures--;
            throw new IllegalStateException("the graph is away");
        }
    }
}
