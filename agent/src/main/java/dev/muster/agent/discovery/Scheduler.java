package dev.muster.agent.discovery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Decides what runs when: no clock, no thread, one owner.
 *
 * <p>An instance is due an interval after its last run ended, ±10 % by a hash of host, instance and run, so that a fleet does not beat
 * together. The interval is at least 1,000 times the CPU time that it takes: nothing takes more than 0.1 % of a core unless the
 * administrator says so. At most so many run at once, an instance never beside itself, and not while a type that it comes after is due
 * or running. Where several may run at once, expensive ones leave one place free for the others.
 *
 * <p>A change of what it reads runs an instance half a second later. Where change follows on change, the pause after a run doubles up to
 * the interval, and it is never shorter than 20 times the CPU time of a run, so that whoever changes a file without end gains nothing.
 *
 * <p>All times are nanoseconds of one monotonic clock.
 */
final class Scheduler {
    private static final double JITTER = 0.1;
    private static final long SOON_NANOS = Duration.ofSeconds(2).toNanos();
    /** Types that run less often than this are expensive. */
    private static final long EXPENSIVE_NANOS = Duration.ofMinutes(15).toNanos();

    /** Types that may take this long walk whole disks: nobody waits for that when an agent is installed or a machine starts. */
    static final Duration WALK = Duration.ofMinutes(10);

    private static final long MAX_SPREAD_NANOS = Duration.ofHours(1).toNanos();
    /** A change of a watched file is often followed by the next. */
    private static final long SETTLE_NANOS = Duration.ofMillis(500).toNanos();
    /** So long without a change, and the next one is an isolated one. */
    private static final long CALM_NANOS = Duration.ofMinutes(1).toNanos();
    /** At most 5 % of a core for changes. */
    private static final long CHANGE_CPU_STRETCH = 20;
    /** Half a second doubled so often is longer than an hour. */
    private static final int MAX_HASTE = 13;
    /** Weight of the newest run in the average of CPU time. */
    private static final double CPU_WEIGHT = 0.25;

    private final long hostSeed;
    private final int maxAtOnce;
    private final Map<InstanceKey, Task> tasks = new HashMap<>();
    private Map<String, Set<String>> predecessors = Map.of();
    private int running;

    private static final class Task {
        private PlannedInstance plan;
        private long dueNanos;
        private long runs;
        private double cpuMs;
        private boolean isRunning;
        private boolean again;
        private long endedNanos;
        /** A change asked for the next run, and for so many in a row before it; the last one came then. */
        private boolean isForChange;

        private int haste;
        private long changedNanos;

        private Task(PlannedInstance plan, long dueNanos) {
            this.plan = plan;
            this.dueNanos = dueNanos;
        }

        private boolean isExpensive() {
            return plan.type().interval().toNanos() >= EXPENSIVE_NANOS;
        }
    }

    /** @param hostSeed the same at each start of a host, different on others */
    Scheduler(long hostSeed, int maxAtOnce) {
        this.hostSeed = hostSeed;
        this.maxAtOnce = maxAtOnce;
    }

    /** From now on these and no others; what is known already keeps its time, unless its interval shrinks. */
    void plan(Collection<PlannedInstance> wanted, long nowNanos) {
        Set<InstanceKey> keys = new HashSet<>();
        for (PlannedInstance plan : wanted) {
            keys.add(plan.key());
            Task known = tasks.get(plan.key());
            if (known == null) {
                tasks.put(plan.key(), new Task(plan, nowNanos + firstDelay(plan)));
                continue;
            }
            boolean changed = !known.plan.parameters().equals(plan.parameters());
            known.plan = plan;
            known.dueNanos = Math.min(known.dueNanos, nowNanos + intervalNanos(known));
            if (changed) {
                wasToldOtherwise(known, nowNanos);
            }
        }
        tasks.entrySet().removeIf(entry -> !keys.contains(entry.getKey()) && !entry.getValue().isRunning);
        tasks.values().stream()
                .filter(task -> !keys.contains(task.plan.key()))
                .forEach(task -> task.dueNanos = Long.MAX_VALUE);
        predecessors = RunOrder.of(wanted);
    }

    /** The next instance to start now, already counted as running; empty where nothing may start. */
    Optional<PlannedInstance> start(long nowNanos) {
        if (running >= maxAtOnce) {
            return Optional.empty();
        }
        Optional<Task> next = tasks.values().stream()
                .filter(task ->
                        !task.isRunning && task.dueNanos <= nowNanos && hasPlace(task) && !isHeld(task, nowNanos))
                .min(Comparator.<Task>comparingLong(task -> task.dueNanos).thenComparing(task -> task.plan.key()));
        next.ifPresent(task -> {
            task.isRunning = true;
            task.again = false;
            task.haste = task.isForChange ? Math.min(task.haste + 1, MAX_HASTE) : task.haste;
            task.isForChange = false;
            running++;
        });
        return next.map(task -> task.plan);
    }

    /** @param cpuMs CPU time that the run took, children included */
    void completed(InstanceKey key, long nowNanos, long cpuMs) {
        Task task = tasks.get(key);
        if (task == null || !task.isRunning) {
            return;
        }
        running--;
        task.isRunning = false;
        if (task.dueNanos == Long.MAX_VALUE) {
            tasks.remove(key);
            return;
        }
        task.cpuMs = task.runs == 0 ? cpuMs : task.cpuMs + CPU_WEIGHT * (cpuMs - task.cpuMs);
        task.runs++;
        task.endedNanos = nowNanos;
        task.dueNanos = nowNanos + (task.again ? afterChangeNanos(task) : jittered(task));
    }

    /** Something that it reads has changed: run it once that has settled. */
    void changed(InstanceKey key, long nowNanos) {
        Task task = tasks.get(key);
        if (task != null) {
            hurry(key, Math.max(nowNanos + SETTLE_NANOS, noteChange(task, nowNanos)));
        }
    }

    /** Other parameters count as a change, since facts may lead to them; the first one is not kept waiting. */
    private void wasToldOtherwise(Task task, long nowNanos) {
        long pauseEnds = noteChange(task, nowNanos);
        hurry(task.plan.key(), task.haste == 0 ? nowNanos : Math.max(nowNanos, pauseEnds));
    }

    /** Returns when the pause after the last run ends. */
    private static long noteChange(Task task, long nowNanos) {
        if (task.haste > 0 && nowNanos - task.changedNanos >= CALM_NANOS) {
            task.haste = 0;
        }
        task.changedNanos = nowNanos;
        task.isForChange = true;
        return task.runs == 0 ? nowNanos : task.endedNanos + afterChangeNanos(task);
    }

    /** Run it as soon as there is room. */
    void runNow(InstanceKey key, long nowNanos) {
        hurry(key, nowNanos);
    }

    /** When {@link #start} may have something next, unless a run completes before. */
    OptionalLong nextDueNanos(long nowNanos) {
        return tasks.values().stream()
                .filter(task ->
                        !task.isRunning && task.dueNanos != Long.MAX_VALUE && hasPlace(task) && !isHeld(task, nowNanos))
                .mapToLong(task -> task.dueNanos)
                .min();
    }

    /** The interval that is in force, which is longer than the one planned where the CPU time asks for it. */
    Duration effectiveInterval(InstanceKey key) {
        Task task = tasks.get(key);
        return task == null ? Duration.ZERO : Duration.ofNanos(intervalNanos(task));
    }

    boolean isPlanned(InstanceKey key) {
        Task task = tasks.get(key);
        return task != null && task.dueNanos != Long.MAX_VALUE;
    }

    List<PlannedInstance> planned() {
        List<PlannedInstance> plans = new ArrayList<>();
        tasks.values().stream().filter(task -> task.dueNanos != Long.MAX_VALUE).forEach(task -> plans.add(task.plan));
        plans.sort(Comparator.comparing(PlannedInstance::key));
        return plans;
    }

    private void hurry(InstanceKey key, long atNanos) {
        Task task = tasks.get(key);
        if (task == null || task.dueNanos == Long.MAX_VALUE) {
            return;
        }
        // What runs now may have read the old state already.
        task.again |= task.isRunning;
        task.dueNanos = Math.min(task.dueNanos, atNanos);
    }

    private static long afterChangeNanos(Task task) {
        long pause = Math.max(SETTLE_NANOS << task.haste, (long) (task.cpuMs * CHANGE_CPU_STRETCH * 1_000_000));
        return Math.max(SETTLE_NANOS, Math.min(pause, intervalNanos(task)));
    }

    private boolean hasPlace(Task task) {
        if (!task.isExpensive() || maxAtOnce == 1) {
            return true;
        }
        long expensive = tasks.values().stream()
                .filter(other -> other.isRunning && other.isExpensive())
                .count();
        return expensive < maxAtOnce - 1;
    }

    private boolean isHeld(Task task, long nowNanos) {
        Set<String> before = predecessors.getOrDefault(task.plan.key().type(), Set.of());
        return !before.isEmpty()
                && tasks.values().stream()
                        .filter(other -> before.contains(other.plan.key().type()))
                        .anyMatch(other -> other.isRunning || other.dueNanos <= nowNanos || isUnknown(other));
    }

    private static boolean isUnknown(Task task) {
        return task.runs == 0 && task.plan.firstRun() == PlannedInstance.FirstRun.SOON;
    }

    private long firstDelay(PlannedInstance plan) {
        boolean isKnown = plan.firstRun() == PlannedInstance.FirstRun.SPREAD;
        boolean spread = plan.type().timeout().compareTo(WALK) >= 0
                || (isKnown && plan.interval().toNanos() >= EXPENSIVE_NANOS);
        long within = spread ? Math.min(plan.interval().toNanos(), MAX_SPREAD_NANOS) : SOON_NANOS;
        return (long) (within * fraction(plan.key(), 0));
    }

    private long jittered(Task task) {
        double factor = 1 - JITTER + 2 * JITTER * fraction(task.plan.key(), task.runs);
        return (long) (intervalNanos(task) * factor);
    }

    private static long intervalNanos(Task task) {
        return task.plan.effectiveInterval(task.cpuMs).toNanos();
    }

    /** From 0 to 1, the same for the same host, instance and run: the mixing steps of SplitMix64. */
    private double fraction(InstanceKey key, long run) {
        long z = hostSeed + key.toString().hashCode() * 0x9E3779B97F4A7C15L + run * 0xD1B54A32D192ED03L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return ((z ^ (z >>> 31)) >>> 11) * 0x1.0p-53;
    }
}
