package dev.muster.collector.apply;

import dev.muster.collector.model.EnrolmentPolicy;
import java.time.Duration;

/**
 * How apply works.
 *
 * @param enrolment what becomes of agents that nobody knows
 * @param settle how long a host's first findings are gathered before one mail tells them. Longer gathers more of a slow host's types;
 *     zero sends at once
 * @param queuedInputs how many inputs may wait. More evens out bursts, and costs their memory
 * @param queuedBytes how much JSON may wait, about
 * @param cachedBytes how much JSON of hosts' facts is kept parsed, about; in memory it takes about five times as much. A host outside the
 *     cache costs a read of all its facts when it next reports
 */
public record ApplyConfig(
        EnrolmentPolicy enrolment, Duration settle, int queuedInputs, long queuedBytes, long cachedBytes) {
    /** 32 MiB cached is 400 hosts at the measured 79 kB. */
    public static final ApplyConfig DEFAULT =
            new ApplyConfig(EnrolmentPolicy.APPROVE, Duration.ofSeconds(10), 1_000, 32L << 20, 32L << 20);
}
