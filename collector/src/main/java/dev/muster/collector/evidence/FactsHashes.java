package dev.muster.collector.evidence;

import dev.muster.collector.model.Facts;
import dev.muster.collector.rules.Rulebook;
import dev.muster.protocol.message.CanonicalJson;
import dev.muster.protocol.message.FactsHash;
import dev.muster.protocol.message.FactsStatus;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;

/** Whether facts are those that the agent hashed; what was masked, or is older than the last run, cannot be told so. */
final class FactsHashes {
    private FactsHashes() {}

    /** @param rules which say what is secret; empty where there are none to ask */
    static void check(HostEvidence host, Optional<Rulebook> rules, Report.Numbers numbers, Consumer<String> problems) {
        for (HostEvidence.Reported one : host.facts()) {
            Facts facts = one.facts();
            numbers.facts++;
            if (one.secrecy() == HostEvidence.Secrecy.MASKED) {
                numbers.masked++;
                if (rules.isPresent() && !rules.get().isMasked(facts.key().type(), facts.data())) {
                    problems.accept("the facts of " + facts.key()
                            + " are said to be masked, and are not: by the rules, other things are secret there");
                }
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
