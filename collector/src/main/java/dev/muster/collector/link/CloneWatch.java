package dev.muster.collector.link;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Finds keys that are used by two machines at once, as copies of a virtual machine do. A process draws a new run number when it starts, so
 * a run that is heard again after another one has lived all the time. Once may be a machine that was set back to a snapshot of its memory;
 * when both have come back, or come from different machines, they are two. Pure; one owner.
 *
 * @param <K> a key
 */
final class CloneWatch<K> {
    /** Agents that drive each other out come back within a minute; a restart and a snapshot are rarely so close. Implementation choice. */
    private static final Duration WINDOW = Duration.ofMinutes(10);

    private static final int MAX_RUNS = 8;

    private final Map<K, Key> keys = new HashMap<>();

    /**
     * One use of a key.
     *
     * @param address from where
     * @param machine hash of the machine's id; empty where the agent does not know it
     */
    record Use(String address, String machine, String bootId) {}

    private static final class Key {
        private final SequencedMap<Long, Run> runs = new LinkedHashMap<>();
        private long current;
    }

    private static final class Run {
        private Use use;
        private Instant last;
        private boolean returned;

        private Run(Use use, Instant last) {
            this.use = use;
            this.last = last;
        }
    }

    /** A run said hello: from here on it is the one that is expected. Answers with the uses where there are two at once. */
    List<Use> hello(K key, long run, Use use, Instant now) {
        Key known = keys.computeIfAbsent(key, none -> new Key());
        Run same = known.runs.get(run);
        if (same != null) {
            same.use = use;
        }
        return turn(known, run, Optional.of(use), now);
    }

    /** Something came from a run that said hello. */
    List<Use> heard(K key, long run, Instant now) {
        Key known = keys.get(key);
        return known == null ? List.of() : turn(known, run, Optional.empty(), now);
    }

    /** The key is used no more, or by nobody. */
    void forget(K key) {
        keys.remove(key);
    }

    private static List<Use> turn(Key key, long number, Optional<Use> use, Instant now) {
        Run run = key.runs.get(number);
        if (run != null && key.current == number) {
            run.last = now;
            return List.of();
        }
        key.runs.values().removeIf(other -> other.last.plus(WINDOW).isBefore(now));
        run = key.runs.get(number);
        if (run == null) {
            if (use.isEmpty()) {
                return List.of();
            }
            key.runs.put(number, new Run(use.get(), now));
            if (key.runs.size() > MAX_RUNS) {
                key.runs.pollFirstEntry();
            }
        } else {
            run.returned = true;
            run.last = now;
        }
        key.current = number;
        return uses(key);
    }

    private static List<Use> uses(Key key) {
        List<Use> returned = key.runs.values().stream()
                .filter(run -> run.returned)
                .map(run -> run.use)
                .toList();
        if (returned.size() != 1) {
            return returned;
        }
        Use one = returned.getFirst();
        return key.runs.values().stream()
                .map(run -> run.use)
                .filter(other -> isAnotherMachine(one, other))
                .findFirst()
                .map(other -> List.of(one, other))
                .orElse(List.of());
    }

    private static boolean isAnotherMachine(Use one, Use other) {
        return !one.machine.isEmpty() && !other.machine.isEmpty() && !one.machine.equals(other.machine);
    }
}
