package dev.muster.agent.discovery;

import dev.muster.protocol.message.CanonicalJson;
import dev.muster.protocol.message.FactsHash;
import dev.muster.protocol.message.FactsReport;
import dev.muster.protocol.message.FactsStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what is planned when it is due, and hands over what changed. One or two threads of its own; every method may be called from any
 * thread and does not wait for a script.
 */
public final class DiscoveryLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DiscoveryLoop.class);
    private static final long SAVE_EVERY_NANOS = Duration.ofSeconds(30).toNanos();
    private static final long ROOM_CHECK_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long SHORTEST_WAIT_NANOS = Duration.ofMillis(1).toNanos();
    private static final long LONGEST_WAIT_NANOS = Duration.ofMinutes(1).toNanos();
    /** How soon what the sink refused is run and offered again, where its interval is longer. */
    private static final long RETRY_NANOS = Duration.ofMinutes(1).toNanos();

    /** Many times what a disk takes for one record. */
    private static final long OFFER_WAIT_NANOS = Duration.ofSeconds(5).toNanos();

    private static final Duration STOP_WAIT = Duration.ofSeconds(10);

    private final Discoverer discoverer;
    private final FactsSink sink;
    private final LongSupplier nanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final List<Thread> workers = new ArrayList<>();

    // All below belongs to whoever holds the lock.
    private final Scheduler scheduler;
    private final ChangeDetector changes;
    private final Map<InstanceKey, RunResult> lastRuns = new HashMap<>();
    /** Defects and memory shortage of the agent itself, by what it was doing. */
    private final Map<InstanceKey, String> failures = new HashMap<>();

    private final Set<InstanceKey> resend = new HashSet<>();
    /** When the last run of each came to an end, however. */
    private final Map<InstanceKey, Long> endedNanos = new HashMap<>();

    /** Facts that are on their way to the sink: whether it takes them is not known yet. */
    private int offersUnderWay;

    private List<String> refusals = List.of();
    private long runs;
    private long changed;
    private long unchanged;
    private long impaired;
    private long refusedBySink;
    private long savedNanos;
    private boolean isHeld;
    private boolean isClosed;

    /**
     * How the loop works.
     *
     * @param hostSeed the same at each start of a host, different on others
     * @param workers how many scripts run at once
     * @param hashes file of what was handed over, in a folder that exists
     * @param epoch the spool's id: hashes of another one do not count
     */
    public record Settings(long hostSeed, int workers, Path hashes, String epoch) {}

    /** @param nanos a monotonic clock that runs at the speed of real time */
    public DiscoveryLoop(
            Settings settings, Discoverer discoverer, FactsSink sink, LongSupplier nanos, ThreadFactory threads) {
        this.discoverer = discoverer;
        this.sink = sink;
        this.nanos = nanos;
        scheduler = new Scheduler(settings.hostSeed, settings.workers);
        changes = ChangeDetector.load(settings.hashes, settings.epoch);
        savedNanos = nanos.getAsLong();
        for (int i = 0; i < settings.workers; i++) {
            workers.add(threads.newThread(this::work));
        }
    }

    /** Once. */
    public void start() {
        workers.forEach(Thread::start);
    }

    /**
     * From now on these and no others. The facts of what is no longer planned are forgotten.
     *
     * @return those of which facts were handed over, and that are no longer planned
     */
    public Set<InstanceKey> plan(DiscoveryPlan plan) {
        Set<InstanceKey> ended = new HashSet<>();
        locked(() -> {
            ended.addAll(changes.hashes().keySet());
            List<PlannedInstance> wanted = plan.instances();
            Set<InstanceKey> keys = new HashSet<>();
            wanted.forEach(each -> keys.add(each.key()));
            scheduler.plan(wanted, nanos.getAsLong());
            changes.retain(keys);
            lastRuns.keySet().retainAll(keys);
            failures.keySet().retainAll(keys);
            endedNanos.keySet().retainAll(keys);
            refusals = plan.refusals();
            ended.removeAll(keys);
        });
        return ended;
    }

    /** Whether its facts were handed over, in this run of the agent or an earlier one. */
    public boolean isKnown(InstanceKey key) {
        lock.lock();
        try {
            return changes.isKnown(key);
        } finally {
            lock.unlock();
        }
    }

    /** Something that the instance reads has changed: it runs once that has settled. */
    public void changed(InstanceKey key) {
        locked(() -> scheduler.changed(key, nanos.getAsLong()));
    }

    public void runNow(InstanceKey key) {
        locked(() -> scheduler.runNow(key, nanos.getAsLong()));
    }

    /** The collector wants these again: those that are planned run as soon as there is room, and are handed over changed or not. */
    public void resend(Collection<InstanceKey> keys) {
        locked(() -> scheduler.planned().stream()
                .map(PlannedInstance::key)
                .filter(keys::contains)
                .forEach(key -> {
                    changes.forget(key);
                    resend.add(key);
                    scheduler.runNow(key, nanos.getAsLong());
                }));
    }

    /** The spool is a new one: everything is run and handed over whole. */
    public void startOver(String epoch) {
        locked(() -> {
            changes.startOver(epoch);
            scheduler.planned().forEach(plan -> {
                resend.add(plan.key());
                scheduler.runNow(plan.key(), nanos.getAsLong());
            });
        });
    }

    /**
     * What was handed over until now. Waits a few seconds at most until no facts are on their way to the sink, so that what it says and
     * {@code lastSeq} belong together; empty where that takes longer, or an interrupt or the end comes first.
     *
     * @param lastSeq the number that the sink gave out last; called under the loop's lock
     */
    public Optional<HandedOver> handedOver(LongSupplier lastSeq) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long leftNanos = OFFER_WAIT_NANOS;
            while (offersUnderWay > 0 && leftNanos > 0 && !isClosed) {
                leftNanos = news.awaitNanos(leftNanos);
            }
            return offersUnderWay > 0 || isClosed ? Optional.empty() : Optional.of(handedOver(lastSeq.getAsLong()));
        } finally {
            lock.unlock();
        }
    }

    private HandedOver handedOver(long lastSeq) {
        Map<InstanceKey, FactsHash> hashes = changes.hashes();
        SortedMap<InstanceKey, Optional<FactsHash>> instances = new TreeMap<>();
        List<HandedOver.Run> ended = new ArrayList<>();
        long now = nanos.getAsLong();
        for (PlannedInstance plan : scheduler.planned()) {
            InstanceKey key = plan.key();
            instances.put(key, Optional.ofNullable(hashes.get(key)));
            Long at = endedNanos.get(key);
            if (at != null) {
                ended.add(new HandedOver.Run(key, Duration.ofNanos(now - at), scheduler.effectiveInterval(key)));
            }
        }
        return new HandedOver(lastSeq, instances, ended);
    }

    public DiscoveryStatus status() {
        lock.lock();
        try {
            List<DiscoveryStatus.Instance> instances =
                    scheduler.planned().stream().map(this::instance).toList();
            var counters = new DiscoveryStatus.Counters(runs, changed, unchanged, impaired, refusedBySink);
            return new DiscoveryStatus(instances, refusals, counters, isHeld);
        } finally {
            lock.unlock();
        }
    }

    /** Stops what runs, and waits for that. */
    @Override
    public void close() {
        locked(() -> isClosed = true);
        workers.forEach(Thread::interrupt);
        for (Thread worker : workers) {
            try {
                worker.join(STOP_WAIT);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        locked(this::save);
    }

    private void work() {
        try {
            while (true) {
                Optional<PlannedInstance> next = awaitNext();
                if (next.isEmpty()) {
                    return;
                }
                discover(next.get());
            }
        } catch (InterruptedException e) {
            LOG.debug("event=discovery-worker-stopped");
        }
    }

    /** Waits for the next instance that is due; empty once closed. */
    private Optional<PlannedInstance> awaitNext() throws InterruptedException {
        while (true) {
            // Asked without the lock, as it may wait for a disk.
            boolean hasRoom = sink.hasRoom();
            lock.lockInterruptibly();
            try {
                if (isClosed) {
                    return Optional.empty();
                }
                noteRoom(hasRoom);
                long now = nanos.getAsLong();
                Optional<PlannedInstance> next = hasRoom ? scheduler.start(now) : Optional.empty();
                if (next.isPresent()) {
                    return next;
                }
                long due = hasRoom ? scheduler.nextDueNanos(now).orElse(Long.MAX_VALUE) : now + ROOM_CHECK_NANOS;
                news.awaitNanos(waitNanos(due - now));
            } finally {
                lock.unlock();
            }
        }
    }

    /** Something is due and yet may not start, so every slot is taken: then only a run that ends can change that. */
    private static long waitNanos(long untilDueNanos) {
        return untilDueNanos <= 0
                ? LONGEST_WAIT_NANOS
                : Math.clamp(untilDueNanos, SHORTEST_WAIT_NANOS, LONGEST_WAIT_NANOS);
    }

    private void noteRoom(boolean hasRoom) {
        if (isHeld == hasRoom) {
            isHeld = !hasRoom;
            if (isHeld) {
                LOG.warn("event=discovery-held reason=spool-full");
            } else {
                LOG.info("event=discovery-resumed");
            }
        }
    }

    private void discover(PlannedInstance plan) throws InterruptedException {
        boolean isNew = false;
        try {
            RunResult result = discoverer.run(plan);
            isNew = isToBeHandedOver(result.report(), plan.key());
            FactsSink.Offer offer = isNew ? sink.offer(result.report()) : FactsSink.Offer.TAKEN;
            boolean wasNew = isNew;
            locked(() -> completed(plan.key(), result, wasNew, offer));
        } catch (RuntimeException | OutOfMemoryError e) {
            // One type that is too much for the heap, or a defect, must not end discovery of all others.
            LOG.error("event=discovery-failed instance={}", plan.key(), e);
            locked(() -> failed(plan.key(), e));
        } finally {
            if (isNew) {
                locked(() -> offersUnderWay--);
            }
        }
    }

    private void failed(InstanceKey key, Throwable e) {
        scheduler.completed(key, nanos.getAsLong(), 0);
        runs++;
        impaired++;
        failures.put(key, "the agent failed: " + e);
    }

    private boolean isToBeHandedOver(FactsReport report, InstanceKey key) {
        lock.lock();
        try {
            boolean asked = resend.remove(key);
            // What is no longer wanted may have been running still.
            boolean isNew = scheduler.isPlanned(key) && (asked || changes.isChanged(report));
            offersUnderWay += isNew ? 1 : 0;
            return isNew;
        } finally {
            lock.unlock();
        }
    }

    private void completed(InstanceKey key, RunResult result, boolean isNew, FactsSink.Offer offer) {
        long now = nanos.getAsLong();
        scheduler.completed(key, now, result.cpuMs());
        count(result.report().status(), isNew);
        switch (offer) {
            case TAKEN -> {
                if (isNew) {
                    changes.handedOver(result.report());
                }
            }
            case REFUSED -> {
                refusedBySink++;
                scheduler.runNow(key, now + RETRY_NANOS);
            }
        }
        logImpairment(key, result);
        failures.remove(key);
        lastRuns.put(key, withoutData(result));
        endedNanos.put(key, now);
        if (now - savedNanos >= SAVE_EVERY_NANOS) {
            savedNanos = now;
            save();
        }
    }

    private void count(FactsStatus status, boolean isNew) {
        runs++;
        if (isNew) {
            changed++;
        } else {
            unchanged++;
        }
        if (isImpaired(status)) {
            impaired++;
        }
    }

    private void logImpairment(InstanceKey key, RunResult result) {
        RunResult before = lastRuns.get(key);
        boolean news = before == null || !problem(before).equals(problem(result));
        if (news && isImpaired(result.report().status())) {
            LOG.warn(
                    "event=discovery-impaired instance={} status={} problem=\"{}\"",
                    key,
                    result.report().status().wireName(),
                    problem(result).lines().findFirst().orElse(""));
        }
    }

    private static boolean isImpaired(FactsStatus status) {
        return switch (status) {
            case DENIED, TIMEOUT, ERROR -> true;
            case OK, PARTIAL, ABSENT, UNSUPPORTED -> false;
        };
    }

    private static String problem(RunResult result) {
        return result.refusal()
                .orElseGet(() -> String.join("; ", result.report().errors()));
    }

    /** What is kept for the status need not keep megabytes. */
    private static RunResult withoutData(RunResult result) {
        FactsReport report = result.report();
        var small = FactsReport.of(
                report.type(),
                report.instance(),
                report.schema(),
                report.status(),
                List.of(),
                report.errors(),
                List.of(),
                CanonicalJson.EMPTY,
                report.ranAt(),
                report.tookMs());
        return new RunResult(small, result.cpuMs(), result.refusal());
    }

    private DiscoveryStatus.Instance instance(PlannedInstance plan) {
        Optional<RunResult> last = Optional.ofNullable(lastRuns.get(plan.key()));
        Optional<FactsReport> report = last.map(RunResult::report);
        return new DiscoveryStatus.Instance(
                plan.key(),
                report.map(FactsReport::ranAt),
                report.map(FactsReport::status),
                Optional.ofNullable(changes.hashes().get(plan.key())),
                report.map(FactsReport::tookMs).orElse(0L),
                last.map(RunResult::cpuMs).orElse(0L),
                plan.interval(),
                scheduler.effectiveInterval(plan.key()),
                failures.getOrDefault(
                        plan.key(), last.map(DiscoveryLoop::problem).orElse("")));
    }

    private void save() {
        try {
            changes.save();
        } catch (IOException e) {
            LOG.warn("event=hashes-not-saved reason=\"{}\"", e.toString());
        }
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
