package dev.muster.agent.discovery;

import dev.muster.protocol.message.FactsReport;
import java.util.Optional;

/**
 * What came of one run.
 *
 * @param cpuMs CPU time of the script and all its children that ended, in steps of 10 ms; where two scripts end at once, one may be
 *     charged for both
 * @param refusal why the agent would not run it at all; the report then says error
 */
public record RunResult(FactsReport report, long cpuMs, Optional<String> refusal) {}
