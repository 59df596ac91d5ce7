package dev.muster.collector.apply;

import dev.muster.collector.model.EnrolmentPolicy;
import dev.muster.collector.model.EventType;
import java.time.Duration;
import java.util.Set;

/**
 * How apply works.
 *
 * @param enrolment what becomes of agents that nobody knows
 * @param hooked the events that hooks are told of; empty where there are no hooks
 * @param settle how long a host's first findings are gathered before one mail tells them. Longer gathers more of a slow host's types;
 *     zero sends at once
 * @param queuedInputs how many inputs may wait. More evens out bursts, and costs their memory
 * @param queuedBytes how much JSON may wait, about
 * @param cachedBytes how much JSON of hosts' facts is kept parsed, about; in memory it takes about five times as much. A host outside the
 *     cache costs a read of all its facts when it next reports
 */
public record ApplyConfig(
        EnrolmentPolicy enrolment,
        Set<EventType> hooked,
        Duration settle,
        int queuedInputs,
        long queuedBytes,
        long cachedBytes) {
    public ApplyConfig {
        hooked = Set.copyOf(hooked);
    }

    /** 32 MiB cached is 400 hosts at the measured 79 kB. */
    public static final ApplyConfig DEFAULT =
            new ApplyConfig(EnrolmentPolicy.APPROVE, Set.of(), Duration.ofSeconds(10), 1_000, 32L << 20, 32L << 20);
}
