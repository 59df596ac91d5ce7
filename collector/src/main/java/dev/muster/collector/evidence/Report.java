package dev.muster.collector.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a check of a bundle found.
 *
 * @param signed who signed it; empty where the signature is wrong
 * @param chain the checkpoints; empty where they do not hold
 * @param problems each in words; the first thousand
 * @param unsaid how many more there are
 */
public record Report(
        Optional<Signed> signed, Optional<Chain> chain, Numbers numbers, List<String> problems, int unsaid) {
    public Report {
        problems = List.copyOf(problems);
    }

    /** Who signed, and what they say of themselves. */
    public record Signed(VerifyingKey key, Instant created, String collector, String version, String collectorKey) {
        static Signed of(VerifyingKey key, JsonNode manifest) {
            return new Signed(
                    key,
                    Instant.parse(manifest.required("created").asText()),
                    manifest.at("/collector/name").asText(),
                    manifest.at("/collector/version").asText(),
                    manifest.at("/collector/key").asText());
        }
    }

    /**
     * Checkpoints that hold.
     *
     * @param hash of the last one
     * @param hosts how many the last one is over, in the bundle or not
     */
    public record Chain(long length, String hash, Instant first, Instant last, int hosts) {}

    /** How much was looked at. */
    public static final class Numbers {
        int hosts;
        int rules;
        int waivers;
        int facts;
        int masked;
        int verdicts;
        int judged;
        int notJudged;

        Numbers() {}
    }

    public boolean holds() {
        return problems.isEmpty() && signed.isPresent() && chain.isPresent();
    }

    public ObjectNode toJson() {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("holds", holds());
        signed.ifPresent(by -> node.putObject("signed")
                .put("key", by.key().fingerprint())
                .put("created", by.created().toString())
                .put("collector", by.collector())
                .put("version", by.version())
                .put("collector_key", by.collectorKey()));
        chain.ifPresent(line -> node.putObject("checkpoints")
                .put("length", line.length())
                .put("last", line.hash())
                .put("first_at", line.first().toString())
                .put("last_at", line.last().toString())
                .put("hosts", line.hosts()));
        node.put("hosts", numbers.hosts)
                .put("rules", numbers.rules)
                .put("waivers", numbers.waivers)
                .put("facts", numbers.facts)
                .put("facts_masked", numbers.masked)
                .put("verdicts", numbers.verdicts)
                .put("judged_again", numbers.judged)
                .put("not_judged_again", numbers.notJudged);
        node.set("problems", Json.texts(problems));
        return node.put("more_problems", unsaid);
    }
}
