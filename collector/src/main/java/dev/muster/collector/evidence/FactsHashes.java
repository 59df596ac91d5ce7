package dev.muster.collector.evidence;

import dev.muster.collector.model.Facts;
import dev.muster.protocol.message.CanonicalJson;
import dev.muster.protocol.message.FactsHash;
import dev.muster.protocol.message.FactsStatus;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Whether facts are those that the agent hashed; what was masked, or is older than the last run, cannot be told so. */
final class FactsHashes {
    private FactsHashes() {}

    static void check(HostEvidence host, Report.Numbers numbers, Consumer<String> problems) {
        for (HostEvidence.Reported one : host.facts()) {
            Facts facts = one.facts();
            numbers.facts++;
            if (one.secrecy() == HostEvidence.Secrecy.MASKED) {
                numbers.masked++;
            } else if (facts.status().replacesData() && !hash(facts).equals(facts.hash())) {
                problems.accept("the facts of " + facts.key() + " do not have the hash " + facts.hash());
            }
        }
    }

    private static String hash(Facts facts) {
        byte[] data = facts.data().toString().getBytes(StandardCharsets.UTF_8);
        return FactsHash.of(
                        facts.schema(),
                        FactsStatus.ofWireName(facts.status().word()),
                        facts.denied(),
                        facts.truncated(),
                        CanonicalJson.parse(data))
                .hex();
    }
}
