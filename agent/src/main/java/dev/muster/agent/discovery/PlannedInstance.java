package dev.muster.agent.discovery;

import java.time.Duration;
import java.util.Map;

/**
 * One instance that is to be discovered again and again.
 *
 * @param interval the type's own or what the collector wants instead
 * @param parameters as the collector gave them; checked when it runs
 */
public record PlannedInstance(
        InstanceKey key,
        DiscoveryType type,
        Duration interval,
        Map<String, String> parameters,
        FirstRun firstRun,
        Pace pace) {
    /** At a frugal pace no type takes more than a thousandth of a core. */
    private static final long CPU_STRETCH = 1_000;

    /** Whether the interval gives way to what a run costs. */
    public enum Pace {
        /** Longer where a run costs more than 0.1 % of a core. */
        FRUGAL,
        /** Exactly as an administrator said. */
        AS_TOLD
    }

    /** When it runs for the first time after a start. */
    public enum FirstRun {
        /** Nothing is known of it: within two seconds. */
        SOON,
        /** Known from before: an expensive one takes its time, so that a rack that comes back does not walk its disks together. */
        SPREAD
    }

    public PlannedInstance {
        parameters = Map.copyOf(parameters);
        if (!key.type().equals(type.name())) {
            throw new DiscoveryException("instance " + key + " of type " + type.name());
        }
    }

    /** At a frugal pace. */
    public PlannedInstance(
            InstanceKey key, DiscoveryType type, Duration interval, Map<String, String> parameters, FirstRun firstRun) {
        this(key, type, interval, parameters, firstRun, Pace.FRUGAL);
    }

    /** The pause after runs of such a cost. */
    public Duration effectiveInterval(double cpuMs) {
        return switch (pace) {
            case AS_TOLD -> interval;
            case FRUGAL -> {
                Duration frugal = Duration.ofNanos((long) (cpuMs * CPU_STRETCH * 1_000_000));
                yield interval.compareTo(frugal) >= 0 ? interval : frugal;
            }
        };
    }

    /** The only instance of a type, as it is declared. */
    public static PlannedInstance of(DiscoveryType type, FirstRun firstRun) {
        return new PlannedInstance(InstanceKey.of(type.name()), type, type.interval(), Map.of(), firstRun);
    }

    /** The same with the interval that an administrator wants. */
    public PlannedInstance every(Duration told) {
        return new PlannedInstance(key, type, told, parameters, firstRun, Pace.AS_TOLD);
    }
}
